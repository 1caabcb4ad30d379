"""Static files as they are collected: each whole under its name, or as it was before.

One that was cut short, by a full disk or a kill, would never be mended: the next `collectstatic`
takes what has the right name and is newer than its source for done.
"""

import os
from pathlib import Path
from typing import Any

from django.core.files import File
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from claims.interchange.writing import write_whole


class WholeCompressor(Compressor):
    def write_data(self, path: str, data: bytes, suffix: str, stat_result: os.stat_result) -> str:
        """Raises OSError where it does not fit; what the running release serves stays."""
        compressed = path + suffix
        write_whole(Path(compressed), [data])
        os.utime(compressed, (stat_result.st_atime, stat_result.st_mtime))
        return compressed


class WholeFilesStorage(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **options: Any) -> Compressor:
        return WholeCompressor(**options)

    def delete(self, name: str) -> None:
        # A site does not start without its manifest, which is about to be replaced.
        if name != self.manifest_name:
            super().delete(name)

    def _save(self, name: str, content: File) -> str:
        """Raises OSError where it does not fit; what is there under the name stays."""
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content.chunks())
        return name
