"""The record of an archive: editions with true hashes in one chain, and their terms."""

import datetime
import json
from collections import Counter

from bench.filling import Filler, Values, marked
from bench.lanes import Lanes
from bench.schedule import Schedule

FIRST = datetime.datetime(2022, 2, 1, 6, tzinfo=datetime.UTC)
LAST = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)
WRITTEN = datetime.timedelta(days=9)  # Before it was published.
CORRECTION = {
    "class": "clarification",
    "note_en": "The summary now says it more clearly.",
    "note_fr": "Le résumé le dit désormais plus clairement.",
}


class Record:
    """``line`` must be asked for in the order of the schedule: each links to the one before."""

    def __init__(self, filler: Filler, schedule: Schedule, people: dict[str, list[int]]) -> None:
        from claims.record.chain import canonical

        self.filler, self.schedule, self.people = filler, schedule, people
        self.sequence, self.previous = 0, ""
        self.live: Counter[tuple[str, int]] = Counter()
        self._step = (LAST - FIRST) / max(1, len(schedule.order))
        self._correction = canonical(CORRECTION)

    def submitter(self, number: int) -> int:
        return self.people["researchers"][number % len(self.people["researchers"])]

    def approver(self, number: int) -> int:
        return self.people["editors"][number // 7 % len(self.people["editors"])]

    def moment(self, sequence: int) -> datetime.datetime:
        return FIRST + self._step * sequence

    def published_at(self, number: int, version: int) -> str:
        """The moment of this edition of the claim; of the block's, where it has none."""
        return str(self.moment(self.schedule.sequences.get((number, version), number)))

    def values(self, number: int, version: int) -> Values:
        """Of the claim as this edition publishes it."""
        values = self.filler.values(number, version)
        target = self.schedule.target(number)
        if "targetid" in self.filler.shape(number).names:
            other = number if target is None else target
            values |= {"targetid": other + 1, "target": self.filler.slug(other)}
        values["created_at"] = self._written(number)
        return values

    def line(self, number: int, version: int) -> str:
        """The edition as a line for COPY."""
        from claims.record.chain import chain_hash, people_hash, sha256, timestamp

        self.sequence += 1
        is_withdrawal = version > self.schedule.publications(number)
        shape = self.filler.shapes.withdrawal if is_withdrawal else self.filler.shape(number)
        at = self.moment(self.sequence)
        values = self.values(number, min(version, self.schedule.publications(number)))
        values |= {"number": version, "published_at": timestamp(at), "sequence": self.sequence}
        values |= {"correction": self._correction if version > 1 else "null"}
        values |= {"reasonen": "It says the same twice.", "reasonfr": "Elle dit deux fois cela."}
        payload = shape.payload % values
        submitter = None if is_withdrawal else self.submitter(number)
        salt, approver = f"{number:031x}{version}", self.approver(number)
        digest = sha256(payload)
        chained = chain_hash(
            sequence=self.sequence,
            claim=values["slug"],
            number=version,
            kind="withdrawal" if is_withdrawal else "publication",
            published_at=at,
            payload_sha256=digest,
            people=people_hash(salt, submitter, approver),
            previous=self.previous,
        )
        successor = self.schedule.sequences.get((number, version + 1))
        values |= {
            "superseded_at": self.moment(successor) if successor else "\\N",
            "submitted_by_id": "\\N" if submitter is None else submitter,
            "approved_by_id": approver,
            "people_salt": salt,
            "payload": payload.replace("\\", "\\\\"),
            "payload_sha256": digest,
            "previous_hash": self.previous,
            "chain_hash": chained,
            "correction_class": "" if version == 1 or is_withdrawal else CORRECTION["class"],
        }
        self.previous = chained
        if successor is None and not is_withdrawal:
            self._count(number, values)
        return shape.edition % values

    def write_terms(self) -> None:
        """What live editions are filed under, described as payloads describe it."""
        columns = "kind, slug, label_en, label_fr, position, details, live_count"
        lanes = Lanes({"term": columns}, is_parallel=False)
        for (kind, number), count in sorted(self.live.items()):
            values, slug, position = self._described(kind, number)
            details = self.filler.shapes.details[f"{kind}0"] % values
            labels = values[f"{kind}0en"], values[f"{kind}0fr"]
            json.loads(details)
            lanes.write(
                "term", "\t".join(map(str, (kind, slug, *labels, position, details, count)))
            )
            lanes.write("term", "\n")
        lanes.finish()

    def _described(self, kind: str, number: int) -> tuple[Values, str, int]:
        filler = self.filler
        if kind == "topic":
            values = filler.topics[number - 1]
        elif kind == "claimant":
            values = filler.claimants[number - 1]
        elif kind == "document":
            values = filler.document(number - 1)
        else:
            document, place = filler.document_of_section(number)
            values = filler.section(number) | {
                "slug": f"{filler.document(document)['slug']}/{place}"
            }
            return marked("section0", values) | {"sectionnumber": place}, values["slug"], place
        found = marked(f"{kind}0", values)
        return found | {"dated": values.get("dated")}, values["slug"], 0

    def _count(self, number: int, values: Values) -> None:
        shape = self.filler.shape(number)
        keys = {("document", values["document0id"]), ("section", values["section0id"])}
        keys.add(("claimant", values["claimant0id"]))
        if "claimant1slug" in shape.names:
            keys.add(("claimant", values["claimant1id"]))
        for place in range(shape.counts["claim_topics"]):
            keys.add(("topic", values[f"topic{place}id"]))
        self.live.update(keys)

    def _written(self, number: int) -> str:
        from claims.record.chain import timestamp

        return timestamp(self.moment(number) - WRITTEN)
