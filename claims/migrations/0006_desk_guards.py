"""Every change of a claim is counted, and a note stays as it was written."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("claims.migrations.0003_guards")

# As before, and: the version grows with every change, whoever makes it and however.
CLAIM = BEFORE.CLAIM.replace(
    "'event_earliest', 'event_latest'\n",
    "'event_earliest', 'event_latest', 'version', 'search'\n",
).replace(
    "    RETURN NEW;\nEND $$;",
    """\
    -- Generated columns are still empty in NEW. The parts' trigger counts one up by itself.
    IF to_jsonb(NEW) - ARRAY['event_earliest', 'event_latest', 'version', 'search']
        <> to_jsonb(OLD) - ARRAY['event_earliest', 'event_latest', 'version', 'search']
    THEN
        NEW.version := OLD.version + 1;
    ELSIF NEW.version <> OLD.version + 1 THEN
        NEW.version := OLD.version;
    END IF;
    RETURN NEW;
END $$;""",
)

# As before, and: a change counts as one of the claim's. Counting also makes those who change
# one claim's parts wait for each other.
PARTS = """
CREATE FUNCTION claims_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    move text := claims_named_move();
    not_content text[] := ARRAY[
        'as_of_earliest', 'as_of_latest',
        'start', 'end', 'prefix', 'suffix', 'state', 'transcript_sha256'
    ];
    owner record;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - not_content = to_jsonb(OLD) - not_content THEN
        RETURN NEW;
    END IF;
    FOR owner IN
        UPDATE claims_claim SET version = version + 1
        WHERE id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.claim_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.claim_id END
        )
        RETURNING slug, status
    LOOP
        IF owner.status <> 'draft' AND move <> 'discard'
            AND NOT (move = 'drop' AND TG_TABLE_NAME = 'claims_relation')
        THEN
            RAISE EXCEPTION 'Claim "%" is %: open a revision before changing its content. '
                'To load content over claims in review or published use manage.py importfixture.',
                owner.slug, owner.status
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

# The words, author and time of a note are not rewritten, and it goes only with its claim, when a
# draft is dropped. What readers see of the notes is content: it changes in draft only.
NOTE = """
CREATE FUNCTION claims_guard_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    move text := claims_named_move();
    shown_before boolean := TG_OP <> 'INSERT' AND OLD.visibility = 'public';
    shown_after boolean := TG_OP <> 'DELETE' AND NEW.visibility = 'public';
    owner record;
BEGIN
    IF TG_OP = 'DELETE' AND move <> 'drop' THEN
        RAISE EXCEPTION 'Note "%" stays: notes are added, never deleted.', OLD.key
            USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'UPDATE' THEN
        NEW.created_at := OLD.created_at;
        NEW.author_id := coalesce(OLD.author_id, NEW.author_id);
        IF (NEW.text_en, NEW.text_fr, NEW.key, NEW.claim_id)
            IS DISTINCT FROM (OLD.text_en, OLD.text_fr, OLD.key, OLD.claim_id)
        THEN
            RAISE EXCEPTION 'Note "%" stays as it was written: add another one.', OLD.key
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF shown_before <> shown_after AND move <> 'drop' THEN
        UPDATE claims_claim SET version = version + 1 WHERE id = NEW.claim_id
            RETURNING slug, status INTO owner;
        IF owner.status <> 'draft' AND move <> 'discard' THEN
            RAISE EXCEPTION 'Claim "%" is %: what readers see of its notes changes in draft only.',
                owner.slug, owner.status
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
NOTE_TRIGGER = """
DROP TRIGGER guard_note ON claims_note;
CREATE TRIGGER guard_note BEFORE {events} ON claims_note
    FOR EACH ROW EXECUTE FUNCTION claims_guard_note();
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON claims_reply TO factcheck_desk;
GRANT SELECT, INSERT ON claims_replyevent TO factcheck_desk;
REVOKE UPDATE, DELETE ON claims_replyevent FROM factcheck_desk;
"""


def function(sql: str) -> str:
    """The function that ``sql`` begins with, to take the place of one with the same name."""
    return sql[: sql.index("END $$;")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + (
        "END $$;"
    )


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_desk")]
    operations = [
        migrations.RunSQL(function(CLAIM), function(BEFORE.CLAIM)),
        migrations.RunSQL(function(PARTS), function(BEFORE.PARTS)),
        migrations.RunSQL(function(NOTE), function(BEFORE.NOTE)),
        migrations.RunSQL(
            NOTE_TRIGGER.format(events="INSERT OR UPDATE OR DELETE"),
            NOTE_TRIGGER.format(events="UPDATE"),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER guard_part BEFORE INSERT OR UPDATE OR DELETE ON claims_reply "
            "FOR EACH ROW EXECUTE FUNCTION claims_guard_part();",
            "DROP TRIGGER guard_part ON claims_reply;",
        ),
        BEFORE.refusing("TRUNCATE", ["claims_replyevent"]),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
