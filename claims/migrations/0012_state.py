"""What every readers' request asks first, as a function: its plan is made once a connection."""

from django.db import migrations

# The head of the chain stands for every edition and term. A redaction leaves the chain as it was,
# and is counted; the verdict scale is not in the chain.
STATE = """
CREATE FUNCTION claims_state(
    OUT head text, OUT published_at timestamptz, OUT redactions bigint, OUT scale text
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT edition.chain_hash, edition.published_at INTO head, published_at
    FROM claims_edition AS edition ORDER BY edition.sequence DESC LIMIT 1;
    head := coalesce(head, '');
    SELECT count(*) INTO redactions FROM claims_edition WHERE payload = '';
    SELECT md5(coalesce(string_agg(rating::text, chr(10) ORDER BY rating.id), ''))
    INTO scale FROM claims_rating AS rating;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0011_withdrawals")]

    operations = [migrations.RunSQL(STATE, "DROP FUNCTION claims_state();")]
