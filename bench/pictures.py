"""Pictures of the readers' pages, for the documentation and for a critical eye.

    python -m bench.pictures [--only home] [--folder docs/img]

Each page at 390 and 1280 pixels, in light and dark, of the demonstration in a database of its
own. Needs Chromium (make browser).
"""

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.demonstration import demonstration

# Each with the part of it to scroll to.
PAGES = {
    "home": ("/en/", ""),
    "list": ("/en/claims/?rating=half_true", ""),
    "death-toll": ("/en/claims/deaths-official-164/", ""),
    "death-toll-figures": ("/en/claims/deaths-official-164/", "#figures-heading"),
    "layoffs": ("/en/claims/layoffs-40000-number/", ""),
    "tengizchevroil": ("/en/claims/tco-kazmunaygas-share-20/", ""),
    "tengizchevroil-shares": ("/en/claims/tco-kazmunaygas-share-20/", "#figures-heading"),
    "interview": ("/en/documents/kazakhstan-january-2022/", ""),
    "interview-text": ("/en/documents/kazakhstan-january-2022/", "#section-2"),
    "corrections": ("/en/corrections/", ""),
}
SCREENS = {390: 844, 1280: 960}
SCHEMES = ("light", "dark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PAGES, help="One page instead of all.")
    parser.add_argument("--folder", type=Path, default=Path("docs/img"))
    arguments = parser.parse_args()
    pages = {name: PAGES[name] for name in PAGES if arguments.only in (None, name)}
    arguments.folder.mkdir(parents=True, exist_ok=True)
    # Playwright runs an event loop in this thread; our queries do not run in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with demonstration(is_corrected=True) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        for scheme in SCHEMES:
            for width, height in SCREENS.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                for name, (path, part) in pages.items():
                    page.goto(site + path)
                    if part:
                        at_once = "part => part.scrollIntoView({ behavior: 'instant' })"
                        page.locator(part).evaluate(at_once)
                    page.screenshot(
                        path=arguments.folder / f"{name}-{width}-{scheme}.jpg",
                        type="jpeg",
                        quality=72,
                    )
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
