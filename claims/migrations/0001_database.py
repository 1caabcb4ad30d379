"""What the models' columns need of the database: extensions, functions, search, roles."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

from claims.record.roles import make

DATES = r"""
CREATE FUNCTION edtf_day(value text, is_last boolean) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    part text[] := regexp_match(value, '^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?$');
    year integer := part[1];
    month integer := coalesce(part[2]::integer, CASE WHEN is_last THEN 12 ELSE 1 END);
BEGIN
    IF part IS NULL THEN
        RETURN NULL;
    ELSIF part[3] IS NOT NULL THEN
        RETURN make_date(year, month, part[3]::integer);
    ELSIF is_last THEN
        RETURN (make_date(year, month, 1) + interval '1 month')::date - 1;
    END IF;
    RETURN make_date(year, month, 1);
EXCEPTION WHEN datetime_field_overflow THEN
    RETURN NULL;
END $$;

CREATE FUNCTION edtf_earliest(value text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT edtf_day(split_part(value, '/', 1), false)
$$;

CREATE FUNCTION edtf_latest(value text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT edtf_day(
        CASE WHEN strpos(value, '/') > 0 THEN split_part(value, '/', 2) ELSE value END, true
    )
$$;

CREATE FUNCTION edtf_is_valid(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN value = '' THEN true
        WHEN strpos(value, '/') = 0 THEN edtf_day(value, true) IS NOT NULL
        WHEN value !~ '^[^/]+/[^/]+$' OR value = '../..' THEN false
        WHEN split_part(value, '/', 1) = '..' THEN edtf_latest(value) IS NOT NULL
        WHEN split_part(value, '/', 2) = '..' THEN edtf_earliest(value) IS NOT NULL
        ELSE coalesce(edtf_earliest(value) <= edtf_latest(value), false)
    END
$$;
"""

NO_DATES = """
DROP FUNCTION edtf_is_valid(text);
DROP FUNCTION edtf_latest(text);
DROP FUNCTION edtf_earliest(text);
DROP FUNCTION edtf_day(text, boolean);
"""

# convert_to() is only stable, because a database's encoding could differ; ours is UTF-8.
DIGEST = """
CREATE FUNCTION text_sha256(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(value, 'UTF8')), 'hex')
$$;
"""


def search_configuration(name: str, copied: str, stemmer: str) -> migrations.RunSQL:
    """A text search configuration that drops accents before it looks for the stem."""
    return migrations.RunSQL(
        f"""
        CREATE TEXT SEARCH CONFIGURATION {name} (COPY = {copied});
        ALTER TEXT SEARCH CONFIGURATION {name}
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {stemmer};
        """,
        f"DROP TEXT SEARCH CONFIGURATION {name};",
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(DATES, NO_DATES),
        migrations.RunSQL(DIGEST, "DROP FUNCTION text_sha256(text);"),
        search_configuration("factcheck_en", "english", "english_stem"),
        search_configuration("factcheck_fr", "french", "french_stem"),
        search_configuration("factcheck_simple", "simple", "simple"),
        migrations.RunSQL(make("factcheck_reader", "factcheck_desk"), migrations.RunSQL.noop),
    ]
