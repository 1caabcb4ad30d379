"""The database's own roles, and whether whoever migrates may make and take them."""

from django.db import DatabaseError, connection, transaction

ROLES = ["factcheck_reader", "factcheck_desk", "factcheck_reporter"]
INSUFFICIENT_PRIVILEGE = "42501"

# Roles belong to the whole server: another database, or a test worker, may have made them. One
# who may not create or grant them must have been given them: ``missing_roles`` has seen to that.
MAKE = """
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[{roles}] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
        -- Since PostgreSQL 16 the creator is a member that may not SET ROLE until granted.
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            BEGIN
                EXECUTE format('GRANT %I TO %I', name, current_user);
            EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
                NULL;
            END;
        END IF;
    END LOOP;
END $$;
"""


def make(*roles: str) -> str:
    """The SQL that makes the roles, and lets who migrates take them."""
    return MAKE.format(roles=", ".join(f"'{role}'" for role in roles))


def missing_roles() -> list[str]:
    """The roles that who migrates can neither take nor arrange to take. Changes nothing."""
    return [role for role in ROLES if not _can_be_taken(role)]


def _can_be_taken(role: str) -> bool:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(make(role))
                cursor.execute(f"SET LOCAL ROLE {role}")
            transaction.set_rollback(True)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != INSUFFICIENT_PRIVILEGE:
            raise
        return False
    return True


def remedy(missing: list[str]) -> str:
    """What is wrong in one sentence, and the SQL that puts it right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, quote_ident(current_user)")
        user, quoted = cursor.fetchone()
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [missing])
        existing = {name for (name,) in cursor.fetchall()}
    statements = [f"CREATE ROLE {role} NOLOGIN;" for role in missing if role not in existing]
    statements.append(f"GRANT {', '.join(missing)} TO {quoted};")
    return (
        f"The database user “{user}” may neither create nor grant the roles that this site needs: "
        "let an administrator of the server run this once, then migrate again.\n"
    ) + "\n".join(statements)
