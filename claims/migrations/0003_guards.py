"""Rules that no write path can go around: status moves, the append-only record, the grants.

Plain SQL rather than pgtrigger's, whose ``ignore`` any code could call.
"""

from django.db import migrations

MOVE = """
CREATE FUNCTION claims_named_move() RETURNS text
LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('factcheck.move', true), '') $$;
"""

CLAIM = """
CREATE FUNCTION claims_guard_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    move text := claims_named_move();
    not_content text[] := ARRAY[
        'status', 'status_since', 'assigned_to_id', 'submitted_by_id', 'created_at', 'priority',
        'event_earliest', 'event_latest'
    ];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'Claim "%" is %: only a draft can be dropped.', OLD.slug, OLD.status
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION 'Claim "%" must begin as a draft.', NEW.slug
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;

    NEW.created_at := OLD.created_at;
    IF NEW.slug <> OLD.slug THEN
        RAISE EXCEPTION 'The slug of claim "%" is fixed: addresses and files rely on it.', OLD.slug
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status THEN
        IF NOT (
            (move = 'submit' AND OLD.status = 'draft' AND NEW.status = 'in_review')
            OR (move = 'send_back' AND OLD.status = 'in_review' AND NEW.status = 'draft')
            OR (move = 'publish' AND OLD.status = 'in_review' AND NEW.status = 'published')
            OR (move = 'revise' AND OLD.status IN ('published', 'withdrawn')
                AND NEW.status = 'draft')
            OR (move = 'discard' AND OLD.status IN ('draft', 'in_review')
                AND NEW.status = 'published')
            OR (move = 'withdraw' AND NEW.status = 'withdrawn')
        ) THEN
            RAISE EXCEPTION 'Claim "%" is %, and its status changes by a move of the desk only. '
                'To load content over claims in review or published use manage.py importfixture.',
                OLD.slug, OLD.status
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSE
        NEW.status_since := OLD.status_since;
        IF NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id THEN
            RAISE EXCEPTION 'Who submitted claim "%" changes by a move of the desk only.', OLD.slug
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF OLD.status <> 'draft' AND move <> 'discard'
        AND to_jsonb(NEW) - not_content <> to_jsonb(OLD) - not_content
    THEN
        RAISE EXCEPTION 'Claim "%" is %: open a revision before changing its content.',
            OLD.slug, OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_claim BEFORE INSERT OR UPDATE OR DELETE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_guard_claim();
"""

# A row that belongs to a claim's content. Where the quote stands in a text is not content: a
# changed transcript re-anchors the quotes of published claims too. The lock makes an edit wait
# for a publication under way, and then be refused.
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
    IF move = 'discard' OR (move = 'drop' AND TG_TABLE_NAME = 'claims_relation') THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    FOR owner IN
        SELECT slug, status FROM claims_claim
        WHERE id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.claim_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.claim_id END
        )
        FOR SHARE
    LOOP
        IF owner.status <> 'draft' THEN
            RAISE EXCEPTION 'Claim "%" is %: open a revision before changing its content. '
                'To load content over claims in review or published use manage.py importfixture.',
                owner.slug, owner.status
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
PART_TABLES = [
    "claims_quote",
    "claims_evidence",
    "claims_figure",
    "claims_relation",
    "claims_claim_topics",
]

# When a note was written, and by whom, is not rewritten; loaddata would.
NOTE = """
CREATE FUNCTION claims_guard_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.created_at := OLD.created_at;
    NEW.author_id := coalesce(OLD.author_id, NEW.author_id);
    RETURN NEW;
END $$;

CREATE TRIGGER guard_note BEFORE UPDATE ON claims_note
    FOR EACH ROW EXECUTE FUNCTION claims_guard_note();
"""

# A row and the row it refers to belong to the same document, or to the same claim.
TOGETHER = """
ALTER TABLE claims_section ADD CONSTRAINT section_and_document_unique UNIQUE (id, document_id);
ALTER TABLE claims_claim ADD CONSTRAINT claim_section_is_of_its_document
    FOREIGN KEY (section_id, document_id) REFERENCES claims_section (id, document_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE claims_evidence ADD CONSTRAINT evidence_and_claim_unique UNIQUE (id, claim_id);
ALTER TABLE claims_figure ADD CONSTRAINT figure_evidence_is_of_its_claim
    FOREIGN KEY (evidence_id, claim_id) REFERENCES claims_evidence (id, claim_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NOT_TOGETHER = """
ALTER TABLE claims_figure DROP CONSTRAINT figure_evidence_is_of_its_claim;
ALTER TABLE claims_evidence DROP CONSTRAINT evidence_and_claim_unique;
ALTER TABLE claims_claim DROP CONSTRAINT claim_section_is_of_its_document;
ALTER TABLE claims_section DROP CONSTRAINT section_and_document_unique;
"""

EDITION = """
CREATE FUNCTION claims_guard_edition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Generated columns are still empty in NEW before the row is written.
    generated text[] := ARRAY[
        'search', 'made_earliest', 'made_latest', 'event_earliest', 'event_latest'
    ];
    blank jsonb := '{
        "payload": "", "statement_en": "", "statement_fr": "", "summary_en": "",
        "summary_fr": "", "words_en": "", "words_fr": "", "names": "", "rating": "",
        "claim_kind": "", "document_slug": "", "claimant_slug": "",
        "reported_claimant_slug": "", "made": "", "event_date": "",
        "scale": null, "rating_value": null, "section_number": null, "position": null,
        "is_outdated": false, "topics": []
    }';
    kept jsonb := to_jsonb(OLD) - generated;
    given jsonb := to_jsonb(NEW) - generated;
BEGIN
    IF TG_OP = 'UPDATE' AND given = kept THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
        AND given - 'superseded_at' = kept - 'superseded_at'
    THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND given = kept || '{"payload": ""}'
        AND EXISTS (SELECT FROM claims_redaction WHERE edition_id = OLD.sequence)
    THEN
        RETURN jsonb_populate_record(OLD, blank);
    END IF;
    RAISE EXCEPTION 'Edition % of claim "%" is on record and cannot be changed or deleted.',
        OLD.number, OLD.claim_slug
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER guard_edition BEFORE UPDATE OR DELETE ON claims_edition
    FOR EACH ROW EXECUTE FUNCTION claims_guard_edition();

CREATE FUNCTION claims_guard_redaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM claims_edition
        WHERE sequence = NEW.edition_id AND superseded_at IS NULL AND kind = 'publication'
    ) THEN
        RAISE EXCEPTION 'This edition is live: withdraw the claim before its text is redacted.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_redaction BEFORE INSERT ON claims_redaction
    FOR EACH ROW EXECUTE FUNCTION claims_guard_redaction();
"""

APPEND_ONLY = """
CREATE FUNCTION claims_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

-- A request adds to its context as it learns more; what was said once stays said.
CREATE FUNCTION claims_guard_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = OLD.id AND NEW.created_at = OLD.created_at AND NEW.metadata @> OLD.metadata THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: who changed something is not rewritten.'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER guard_context BEFORE UPDATE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION claims_guard_context();
"""
APPEND_ONLY_TABLES = ["claims_move", "claims_redaction"]
EVENT_TABLES = [
    f"claims_{noun}event"
    for noun in (
        "claim",
        "claimant",
        "claimtopic",
        "document",
        "evidence",
        "figure",
        "measure",
        "note",
        "quote",
        "rating",
        "relation",
        "section",
        "source",
        "topic",
        "transcript",
        "unit",
    )
]

# The events' own triggers are pgtrigger's, which code could ignore: hence the second REVOKE.
GRANTS = f"""
GRANT SELECT ON claims_edition, claims_term, claims_rating TO factcheck_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO factcheck_desk;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO factcheck_desk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO factcheck_desk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO factcheck_desk;
REVOKE UPDATE, DELETE ON claims_edition, claims_move FROM factcheck_desk;
REVOKE UPDATE, DELETE ON {", ".join(EVENT_TABLES)} FROM factcheck_desk;
REVOKE INSERT, UPDATE, DELETE ON claims_redaction FROM factcheck_desk;
GRANT UPDATE (superseded_at) ON claims_edition TO factcheck_desk;
"""  # nosec B608: the names are those above

# Grants go with their tables, but default privileges would outlive them.
NO_GRANTS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM factcheck_desk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    REVOKE USAGE, SELECT, UPDATE ON SEQUENCES FROM factcheck_desk;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM factcheck_desk, factcheck_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM factcheck_desk, factcheck_reader;
"""


def refusing(operations: str, tables: list[str]) -> migrations.RunSQL:
    """Refuse the operations, for example ``UPDATE OR DELETE``, on each of the tables."""
    name = f"refuse_{operations.split()[0].lower()}"
    return migrations.RunSQL(
        "".join(
            f"CREATE TRIGGER {name} BEFORE {operations} ON {table} "
            "EXECUTE FUNCTION claims_refuse_change();\n"
            for table in tables
        ),
        "".join(f"DROP TRIGGER {name} ON {table};\n" for table in tables),
    )


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_models")]
    operations = [
        migrations.RunSQL(TOGETHER, NOT_TOGETHER),
        migrations.RunSQL(MOVE, "DROP FUNCTION claims_named_move();"),
        migrations.RunSQL(
            CLAIM,
            "DROP TRIGGER guard_claim ON claims_claim; DROP FUNCTION claims_guard_claim();",
        ),
        migrations.RunSQL(PARTS, "DROP FUNCTION claims_guard_part();"),
        migrations.RunSQL(
            "".join(
                f"CREATE TRIGGER guard_part BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION claims_guard_part();\n"
                for table in PART_TABLES
            ),
            "".join(f"DROP TRIGGER guard_part ON {table};\n" for table in PART_TABLES),
        ),
        migrations.RunSQL(
            NOTE,
            "DROP TRIGGER guard_note ON claims_note; DROP FUNCTION claims_guard_note();",
        ),
        migrations.RunSQL(
            EDITION,
            """
            DROP TRIGGER guard_redaction ON claims_redaction;
            DROP FUNCTION claims_guard_redaction();
            DROP TRIGGER guard_edition ON claims_edition;
            DROP FUNCTION claims_guard_edition();
            """,
        ),
        migrations.RunSQL(
            APPEND_ONLY,
            """
            DROP TRIGGER guard_context ON pghistory_context;
            DROP FUNCTION claims_guard_context();
            DROP FUNCTION claims_refuse_change();
            """,
        ),
        refusing("UPDATE OR DELETE", APPEND_ONLY_TABLES),
        refusing("DELETE", ["pghistory_context"]),
        refusing(
            "TRUNCATE",
            ["claims_edition", "pghistory_context", *APPEND_ONLY_TABLES, *EVENT_TABLES],
        ),
        migrations.RunSQL(GRANTS, NO_GRANTS),
    ]
