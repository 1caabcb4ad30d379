"""What was uploaded waits in a form between two steps, packed.

A browser would change the line ends of a text that it sends again, and forgets a file.
"""

import base64
import binascii
import zlib


class Lost(ValueError):
    """Not what was packed."""


class TooLarge(ValueError):
    """More than was asked for."""


def pack(given: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(given)).decode()


def unpack(packed: str, largest: int) -> bytes:
    """What was packed, at most ``largest`` bytes of it. Raises Lost or TooLarge."""
    stream = zlib.decompressobj()
    try:
        given = stream.decompress(base64.urlsafe_b64decode(packed), largest + 1)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise Lost from error
    if len(given) > largest:
        raise TooLarge
    if not stream.eof:
        raise Lost
    return given
