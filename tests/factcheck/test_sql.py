"""SQL is written once, by us: no text from outside becomes part of a statement."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Nothing but a text that stands in the module may be given to these.
TAKES_SQL = {"execute", "executemany", "mogrify", "RawSQL", "RunSQL"}
# Not needed at all.
NEVER = {"extra", "raw", "RawSQL"}
# What a function of the ORM makes its SQL from.
TEMPLATES = {"template", "function", "arg_joiner"}

# Modules that put a statement together, each with why no reader can say what goes in.
REVIEWED = {
    "claims/desk/similar.py": "a placeholder as often as there are texts, which are parameters",
    "claims/interchange/lines.py": "a statement of the ORM inside COPY; psycopg puts its values in",
    "claims/models/dates.py": "one of two functions, named by the module itself",
    "claims/record/roles.py": "the names of the three roles, a constant of the module",
    "factcheck/embedded_postgres/server.py": "psycopg.sql with an identifier",
}


def modules() -> list[Path]:
    return [
        path
        for folder in ("claims", "factcheck")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def faults(source: str) -> Iterator[str]:
    """The calls of a module that make SQL from parts, or pass it where nobody would look."""
    tree = ast.parse(source)
    constants = dict(_constants(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in NEVER:
            yield f"line {node.lineno}: {name}"
        elif _takes_sql(node.func) and node.args and not _is_constant(node.args[0], constants):
            yield f"line {node.lineno}: {name} of {ast.unparse(node.args[0])}"
        for keyword in node.keywords:
            if keyword.arg in TEMPLATES and not _is_constant(keyword.value, constants):
                yield f"line {node.lineno}: {keyword.arg} of {ast.unparse(keyword.value)}"


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _takes_sql(function: ast.expr) -> bool:
    """Other things than a cursor have a ``copy`` as well."""
    return _name(function) in TAKES_SQL or ast.unparse(function) == "cursor.copy"


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """What is assigned at the top of the module, and not in a function."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def _is_constant(node: ast.expr, constants: dict[str, ast.expr]) -> bool:
    """Whether it is a literal text, or a constant of the module that is made of such."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id in constants and _is_constant(constants[node.id], {})
    if isinstance(node, ast.IfExp):
        return _is_constant(node.body, constants) and _is_constant(node.orelse, constants)
    return False


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_makes_sql_from_parts(path):
    found = list(faults(path.read_text(encoding="utf-8")))
    if str(path.relative_to(ROOT)) in REVIEWED:
        assert found, "Nothing needs a review here any more: take it off the list."
    else:
        assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'cursor.execute(f"SELECT {x}")',
        'cursor.execute("SELECT " + x)',
        'cursor.execute("SELECT %s" % x)',
        'cursor.execute("SELECT {}".format(x))',
        "cursor.execute(statement)",
        'X = f"SELECT {1}"\ncursor.execute(X)',
        'cursor.executemany(f"SELECT {x}", [])',
        'rows.annotate(x=RawSQL("1", []))',
        'rows.extra(where=["1"])',
        'rows.raw("SELECT 1")',
        'Func(x, function=f"f_{x}")',
        'Func(x, template="%(function)s" + x)',
    ],
)
def test_sql_that_is_made_from_parts_is_found(source):
    """A test that cannot fail says nothing."""
    assert len(list(faults(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'cursor.execute("SELECT %s", [x])',
        'ASKED = "SELECT 1"\ncursor.execute(ASKED)',
        'A = "1"\nB = "2"\ncursor.execute(A if x else B, [y])',
        'Func(x, function="lower")',
        "make.execute()",
    ],
)
def test_sql_that_is_written_once_is_no_fault(source):
    assert list(faults(source)) == []
