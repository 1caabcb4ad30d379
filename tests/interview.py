"""A small record with everything that a page can show, and the pages that show it."""

from tests.factories import (
    make_claimant,
    make_document,
    make_evidence,
    make_figure,
    make_note,
    make_quote,
    make_rated_claim,
    make_relation,
    make_section,
    make_topic,
    publish,
    submit,
)

PAGES = {
    "home": "/{}/",
    "claim_list": "/{}/claims/",
    "claim": "/{}/claims/claim-a/",
    "claim_history": "/{}/claims/claim-a/history/",
    "corrections": "/{}/corrections/",
    "document": "/{}/documents/interview/",
    "differences": "/{}/documents/interview/differences/",
    "topic": "/{}/topics/rain/",
    "claimant": "/{}/claimants/speaker/",
    "method": "/{}/method/",
    "data": "/{}/data/",
    "report": "/{}/claims/claim-a/report/",
}


def publish_some(number):
    """This many claims of one document, each with all that a claim can have."""
    document = make_document(slug="interview")
    sections = [make_section(document=document, number=place) for place in range(3)]
    topics = [make_topic(slug=slug) for slug in ("rain", "wind", "snow")]
    speaker = make_claimant(slug="speaker")
    claims = []
    for place in range(1, number + 1):
        claim = make_rated_claim(
            ["false", "true", "half_true"][place % 3],
            slug="claim-a" if place == 1 else f"claim-{place}-of-many",
            document=document,
            section=sections[place % 3],
            position=place,
            claimant=speaker,
            reported_claimant=make_claimant(),
            topics=topics,
            event_date="2022-01-02/..",
            explanation_en="Because.",
            explanation_fr="Parce que.",
            divergence_en="The French says more." if place == 1 else "",
            divergence_fr="Le français en dit plus." if place == 1 else "",
        )
        for language in ("en", "fr"):
            exact = f"what is said of {place}"
            make_quote(
                claim=claim,
                language=language,
                exact=exact,
                start=place * 100,
                end=place * 100 + len(exact),
                transcript_sha256="a" * 64,
                state="exact",
            )
        make_figure(claim=claim, evidence=make_evidence(claim=claim))
        make_note(claim=claim, visibility="public", text_fr="Note.")
        claims.append(claim)
    for claim in claims[1:]:
        make_relation(claim=claims[0], target=claim)
    for claim in claims:
        submit(claim)
    publish(*claims)
