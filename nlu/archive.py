"""Plain arrays and one JSON text as bytes: a digest, then an npz. Never a pickle."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from nlu.errors import ModelCorrupt

Arrays = dict[str, npt.NDArray[np.generic]]
_DIGEST_SIZE = 32


def pack(magic: bytes, about: Mapping[str, object], arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """Equal contents give equal bytes. `magic` names the format and its version."""
    parts = {"about": np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8), **arrays}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in parts.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            # ZipInfo carries a fixed date; level 1 is as small as the default within a percent.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=1)
    body = buffer.getvalue()
    return magic + hashlib.sha256(body).digest() + body


def unpack(magic: bytes, data: bytes) -> tuple[dict[str, object], Arrays]:
    """Raises `ModelCorrupt` for anything but what `pack` wrote under the same `magic`."""
    if not data.startswith(magic):
        raise ModelCorrupt(other_format(magic, data))
    digest = data[len(magic) : len(magic) + _DIGEST_SIZE]
    body = data[len(magic) + _DIGEST_SIZE :]
    if hashlib.sha256(body).digest() != digest:
        raise ModelCorrupt("the stored model was truncated or altered")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(arrays.pop("about").tobytes())
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ModelCorrupt("the stored model does not have the parts it should") from error
    return mapping(about), arrays


def other_format(magic: bytes, data: bytes) -> str:
    """What to say of bytes that begin with another `magic`: "ECP-SPAN-TAGGER-3" is read, nothing older or newer."""
    kind, _, version = magic.decode().strip().rpartition("-")
    other = re.match(rb"%s-(\d{1,6})\n" % kind.encode(), data)
    if other is None:
        return f"these are no bytes of {kind}"
    return f"stored in format {int(other[1])} of {kind}; this program reads format {version}: train again"


def number(value: object) -> float:
    """TypeError unless it is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a number was expected, not {type(value).__name__}")
    return float(value)


def items(value: object) -> list[object]:
    """TypeError unless it is a list."""
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def mapping(value: object) -> dict[str, object]:
    """TypeError unless it is an object."""
    if not isinstance(value, dict):
        raise TypeError(f"an object was expected, not {type(value).__name__}")
    return value
