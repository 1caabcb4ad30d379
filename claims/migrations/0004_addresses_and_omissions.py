"""What the columns of the next migration need of the database."""

from django.db import migrations

# Two spellings of one web address: the scheme, "www.", the last slash, the fragment and what
# only follows the reader around make no difference.
URL_KEY = r"""
CREATE FUNCTION url_key(url text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    part text[] := regexp_match(trim(url), '^https?://([^/?#]+)([^?#]*)(?:\?([^#]*))?', 'i');
    query text;
BEGIN
    IF part IS NULL THEN
        RETURN trim(url);
    END IF;
    SELECT string_agg(pair, '&' ORDER BY position) INTO query
    FROM unnest(string_to_array(part[3], '&')) WITH ORDINALITY AS pairs (pair, position)
    WHERE pair <> '' AND pair !~*
        '^(utm_[^=]*|at_(medium|campaign)|mc_[ce]id|_ga|_gl|[fgy]clid|fbclid|dclid|msclkid|twclid|igshid|igsh|xtor)(=|$)';
    RETURN regexp_replace(lower(part[1]), '^www\.|:(80|443)$', '', 'g')
        || rtrim(part[2], '/') || coalesce('?' || query, '');
END $$;
"""

# Pairs of start and end within the words, in order, with words kept before, between and after.
OMISSIONS = """
CREATE FUNCTION omissions_are_valid(omissions integer[], words text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    pair integer[];
    last_end integer := 0;
BEGIN
    IF cardinality(omissions) = 0 THEN
        RETURN true;
    ELSIF array_ndims(omissions) <> 2 THEN
        RETURN false;
    END IF;
    FOREACH pair SLICE 1 IN ARRAY omissions LOOP
        IF array_length(pair, 1) <> 2 OR pair[1] <= last_end OR pair[2] <= pair[1] THEN
            RETURN false;
        END IF;
        last_end := pair[2];
    END LOOP;
    RETURN last_end < greatest(length(words), 1);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_guards")]
    operations = [
        migrations.RunSQL(URL_KEY, "DROP FUNCTION url_key(text);"),
        migrations.RunSQL(OMISSIONS, "DROP FUNCTION omissions_are_valid(integer[], text);"),
    ]
