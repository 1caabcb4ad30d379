"""Every payload in every text, shown in a real browser: nothing of it may run, load or lead astray.

    python -m bench.attacks.scripts [--payloads 359] [--seed 0]

Claims are published in which each text, and each of all that hangs on them, holds other payloads:
so that each payload stands in each field that has room for it. Then Chromium opens the pages of
readers and of the desk, files, feeds and errors among them. One window keeps to the policy of the
pages, and nothing may go against it; the other is told to ignore it, and nothing may run all the
same. Every address in a page is looked at as the browser understands it. Prints one line of counts.
"""

import argparse
import io
import json
import random
import sys
import time
from collections.abc import Iterator
from itertools import batched, cycle
from typing import Any
from urllib.parse import quote, urlencode

from bench.attacks.addresses import patterns
from bench.attacks.payloads import payloads
from bench.attacks.sown import World, sow
from bench.attacks.window import Findings, Window, chromium, served
from bench.scratch import scratch_database

PACKED = 4  # Payloads in one text, where it has room for them.
DOORS: list[tuple[str, str, dict[str, Any]]] = [
    ("claims.claimant", "same_as", {"name_en": "X", "name_fr": "X", "kind": "person"}),
    ("claims.document", "url", {"title_en": "X", "title_fr": "X", "kind": "interview"}),
    ("claims.topic", "slug", {"label_en": "X", "label_fr": "X"}),
]


def readers_pages(world: World, given: list[str], chance: random.Random) -> Iterator[str]:
    """What anybody can open: pages by pattern, lists to their ends, files, and echoes."""
    for claim in world.claims:
        slug = claim.slug
        for path in (
            "/en/claims/{}/",
            "/fr/claims/{}/",
            "/en/claims/{}/embed/",
            "/claims/{}.jsonld",
        ):
            yield path.format(slug)
        yield f"/{chance.choice(['en', 'fr'])}/claims/{slug}/history/"
        yield f"/en/documents/{claim.document.slug}/"
    for claim in world.claims[::3]:
        yield f"/fr/claims/{claim.slug}/editions/1/"
        yield f"/en/claims/{claim.slug}/report/"
        yield f"/en/documents/{claim.document.slug}/differences/"
        yield f"/en/topics/{claim.topics.first().slug}/"
        yield f"/fr/claimants/{claim.claimant.slug}/"
        yield f"/data/fixtures/{claim.document.slug}.json"
        yield f"/api/v1/claims/{claim.slug}/"
    for path in ("", "method/", "data/", "corrections/"):
        yield f"/en/{path}"
        yield f"/fr/{path}"
    yield from ("/feeds/claims.en.atom", "/feeds/corrections.fr.atom", "/api/v1/claims/")
    yield from ("/api/v1/topics/", "/api/v1/corrections/", "/robots.txt", "/data/datapackage.json")
    yield from _echoes(world, given)


def _echoes(world: World, given: list[str]) -> Iterator[str]:
    """Each payload in what is asked, of a page that might repeat it."""
    names = ["q", "rating", "document", "topic", "claimant", "ordering", "as_of", "after", "x"]
    claim = world.claims[0]
    places = ["/en/claims/", "/fr/corrections/", "/api/v1/claims/", "/oembed", "/en/claims/"]
    places += [f"/en/claims/{claim.slug}/", f"/en/documents/{claim.document.slug}/"]
    for number, texts in enumerate(batched(given, 3)):
        asked = dict(zip(names[number % len(names) :] + names, texts, strict=False))
        yield f"{places[number % len(places)]}?{urlencode({'url': texts[0], **asked})}"
        yield f"/en/claims/?{urlencode({'q': ' '.join(texts)})}"
        yield f"/fr/claims/{quote(texts[0], safe='')}/"
        if number % 4 == 0:
            yield f"/admin/login/?{urlencode({'next': texts[0], 'username': texts[-1]})}"


def desk_pages(world: World, given: list[str], chance: random.Random) -> Iterator[str]:
    """The admin: each list, some rows of each noun in each way, each claim's form and page."""
    from django.apps import apps

    for pattern in patterns():
        if not pattern.name.startswith("admin:claims_"):
            continue
        noun = pattern.name.split("_")[1]
        model = apps.get_model("claims", noun)
        if pattern.parameters == []:
            if pattern.name.endswith("_changelist"):
                pages = model.objects.count() // 100 + 1
                yield from (f"{pattern.address({})}?p={page}" for page in range(1, pages + 1))
                yield f"{pattern.address({})}?{urlencode({'q': chance.choice(given)})}"
            elif "import" not in pattern.name:
                yield pattern.address({})
        elif pattern.parameters == ["object_id"]:
            keys = list(model.objects.values_list("pk", flat=True).order_by("pk"))
            for key in chance.sample(keys, min(6, len(keys))):
                yield pattern.address({"object_id": key})
    for claim in world.claims:
        yield f"/admin/claims/claim/{claim.pk}/change/"
        yield f"/admin/claims/claim/{claim.pk}/history/"
        yield f"/admin/claims/claim/{claim.pk}/page/"
    for draft in world.drafts:
        yield f"/admin/claims/claim/{draft.pk}/change/"
        yield f"/admin/claims/claim/{draft.pk}/move/submit/"
        yield f"/admin/claims/document/{draft.document_id}/read/"
        yield f"/admin/claims/document/{draft.document_id}/capture/"
    yield f"/admin/claims/claim/{world.drafts[0].pk}/move/publish/"
    yield f"/admin/claims/claim/similar/?{urlencode({'statement_en': given[0]})}"
    yield "/admin/"
    yield from (f"/admin/claims/claim/?{urlencode({'q': text})}" for text in given[::9])


def use_the_desk(window: Window, world: World, given: list[str]) -> None:
    """What only a click shows: choices, actions, messages, and files with what they would do."""
    page = window.page
    window.open("/admin/claims/claim/add/")
    for name in ("Claimant", "Document"):
        page.get_by_role("combobox", name=name, exact=True).first.click()
        page.locator(".select2-results__option:not(.loading-results)").first.wait_for()
        window.look()
        page.keyboard.press("Escape")
    window.open("/admin/claims/claim/?p=1")
    for box in page.locator("input.action-select").all()[:12]:
        box.check()
    page.locator("select[name=action]").select_option("submit_selected")
    with page.expect_navigation():
        page.locator("button[name=index]").click()
    window.look()
    for number, (name, content) in enumerate(files(world, given)):
        window.open("/admin/claims/claim/import/")
        window.here = f"a file {number} with the name {name!r}"
        file = {"name": name, "mimeType": "application/json", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)
        with page.expect_navigation():
            page.locator("input[type=submit], button[type=submit]").last.click()
        window.look()


def files(world: World, given: list[str]) -> Iterator[tuple[str, bytes]]:
    """Fixtures that change texts to payloads, and that name things by payloads; so do the files."""
    from claims.interchange.exporter import content_row

    rows = [content_row(draft) for draft in world.drafts[1:]]
    texts = iter(given[::-1])
    for row in rows:
        names = [name for name in row["fields"] if name.startswith(("statement", "summary"))]
        row["fields"] |= {name: next(texts) for name in names}
    yield f"{_file_name(given[0])}.json", json.dumps(rows).encode()
    for begin in range(0, len(given), 40):
        named = given[begin : begin + 40]
        unfit = [{**row, "fields": {**row["fields"], "slug": text}} for text, row in
                 zip(named, cycle(rows), strict=False)]  # fmt: skip
        shown = [{"model": "claims.topic", "fields": {"slug": text, "label_en": text}}
                 for text in named]  # fmt: skip
        asked = [{"model": text, "fields": {text: text}} for text in named[:1]]
        for content in (unfit + shown, asked):
            yield f"{_file_name(named[-1])}.json", json.dumps(content).encode()


def _file_name(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and letter != "/")[:80]


def doors(given: list[str], by: Any) -> tuple[int, list[str]]:
    """Names and addresses that are payloads, in files: how many were refused, and which not."""
    from django.utils import timezone

    from claims.interchange.arriving import json_rows
    from claims.interchange.importer import Refused, import_files

    refused, faults = 0, []
    for text in given:
        for model, name, fields in DOORS:
            row = {"model": model, "fields": {"slug": "new", **fields, name: text}}
            rows = json_rows(io.BytesIO(json.dumps([row]).encode()))
            try:
                import_files([("x.json", rows)], by=by, at=timezone.now())
            except (Refused, ValueError):
                refused += 1
            else:
                faults.append(f"{model}.{name} took {text!r}")
    return refused, faults


def attack(
    browser: Any, site: str, world: World, given: list[str], chance: random.Random, share: float = 1
) -> Findings:
    """Open the pages, or a share of them, by turns in a window with and one without the policy."""
    findings = Findings()
    windows = [Window(browser, site, findings, ignores=ignores) for ignores in (False, True)]
    chosen = [one for one in readers_pages(world, given, chance) if chance.random() < share]
    for number, address in enumerate(chosen):
        windows[number % 2].open(address)
    for window in windows:
        window.sign_in(world.person)
    chosen = [one for one in desk_pages(world, given, chance) if chance.random() < share]
    for number, address in enumerate(chosen):
        windows[number % 2].open(address)
    for window in windows:
        use_the_desk(window, world, given)
        window.context.close()
    return findings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--payloads", type=int, default=len(payloads()))
    parser.add_argument("--share", type=float, default=1, help="Of the pages")
    parser.add_argument("--seed", type=int, default=0)
    options: Any = parser.parse_args()
    chance = random.Random(options.seed)  # nosec B311: no secret
    given = sorted(chance.sample(payloads(), options.payloads))
    start = time.monotonic()
    with scratch_database("factcheck_scripts"):
        import logging

        logging.disable(logging.ERROR)
        world, rotation = sow(given, packed=PACKED, drafts=6)
        refused, open_doors = doors(given, world.person)
        with served() as site, chromium() as browser:
            findings = attack(browser, site, world, given, chance, options.share)
    faults = [*open_doors, *findings.faults]
    places = sum(map(len, rotation.placed.values()))
    for fault in faults[:40]:
        print(fault, file=sys.stderr)
    print(
        f"scripts: {len(given)} payloads in {len(rotation.placed)} fields ({places} pairs of the "
        f"two), {findings.pages} pages, {findings.fired} ran, "
        f"{findings.blocked} against the policy, {refused} names and addresses refused, "
        f"{len(faults)} faults; {time.monotonic() - start:.0f} s"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
