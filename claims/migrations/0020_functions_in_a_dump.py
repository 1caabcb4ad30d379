"""The functions of dates name each other in full, so that a dump of the database can be restored.

pg_restore looks nothing up outside pg_catalog, and a body that is kept as text found no
edtf_day() then. Bodies of this form are resolved once, when they are written.
"""

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION edtf_earliest(value text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN edtf_day(split_part(value, '/', 1), false);

CREATE OR REPLACE FUNCTION edtf_latest(value text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN edtf_day(
    CASE WHEN strpos(value, '/') > 0 THEN split_part(value, '/', 2) ELSE value END, true
);

CREATE OR REPLACE FUNCTION edtf_is_valid(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN value = '' THEN true
    WHEN strpos(value, '/') = 0 THEN edtf_day(value, true) IS NOT NULL
    WHEN value !~ '^[^/]+/[^/]+$' OR value = '../..' THEN false
    WHEN split_part(value, '/', 1) = '..' THEN edtf_latest(value) IS NOT NULL
    WHEN split_part(value, '/', 2) = '..' THEN edtf_earliest(value) IS NOT NULL
    ELSE coalesce(edtf_earliest(value) <= edtf_latest(value), false)
END;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0018_link_checks")]

    # They give the same answers: going back leaves them as they are.
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
