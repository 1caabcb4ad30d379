"""How much the readers' pages weigh over the wire, the stylesheet included.

python -m bench.weight
"""

import gzip
import urllib.request

from bench.demonstration import demonstration

PAGES = {
    "home": "/en/",
    "list": "/en/claims/",
    "claim: death toll": "/en/claims/deaths-official-164/",
    "claim: layoffs": "/en/claims/layoffs-40000-number/",
    "claim: ownership": "/en/claims/tco-kazmunaygas-share-20/",
    "interview": "/en/documents/kazakhstan-january-2022/",
    "interview, in French": "/fr/documents/kazakhstan-january-2022/",
    "differences": "/en/documents/kazakhstan-january-2022/differences/",
    "corrections": "/en/corrections/",
}
STYLESHEET = "/static/claims/site.css"
ICON = "/static/claims/icon.svg"


def main() -> None:
    with demonstration() as site:
        shared = sum(weight(site + path)[1] for path in (STYLESHEET, ICON))
        print(f"{'stylesheet and icon':24}{'':>12}{kilobytes(shared):>12}")
        print(f"{'page':24}{'plain':>12}{'compressed':>12}{'with both':>12}")
        for name, path in PAGES.items():
            plain, compressed = weight(site + path)
            columns = [plain, compressed, compressed + shared]
            print(f"{name:24}" + "".join(f"{kilobytes(size):>12}" for size in columns))


def weight(address: str) -> tuple[int, int]:
    """Bytes of the body as it is and compressed as a server does it (gzip, level 6)."""
    with urllib.request.urlopen(address) as response:
        body = response.read()
    if response.headers.get("Content-Encoding") == "gzip":
        return len(gzip.decompress(body)), len(body)
    return len(body), len(gzip.compress(body, 6))


def kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"


if __name__ == "__main__":
    main()
