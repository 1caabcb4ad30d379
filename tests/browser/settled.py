"""Looking at a page only once it is there: a click returns before the page it leads to."""

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def follow(page, control):
    """Click what leads to another page, and wait until that page has loaded."""
    with page.expect_navigation():
        control.click()


def barriers(page, context=None):
    """The broken rules of accessibility (WCAG 2.2 AA and axe's best practice), with their nodes."""
    page.wait_for_load_state()
    report = Axe().run(page, context=context, options=RULES)
    return {
        violation["id"]: [node["html"][:160] for node in violation["nodes"]]
        for violation in report.response["violations"]
    }
