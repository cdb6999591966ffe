"""Uploaded files: whole or not at all, within their size, under names of our own."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.foundation.errors import PayloadTooLarge
from chatbot.foundation.files import FileStore, label
from chatbot.models import new_id


async def blocks(*contents: bytes) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_file_is_stored_whole_with_its_size_and_digest(tmp_path: Path) -> None:
    store, tenant, document = FileStore(tmp_path, max_bytes=10), new_id(), new_id()
    stored = await store.store(tenant, document, blocks(b"hello", b"world"))
    assert (stored.size, stored.sha256) == (10, hashlib.sha256(b"helloworld").hexdigest())
    assert store.path(tenant, document).read_bytes() == b"helloworld"


async def test_a_byte_too_many_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path, max_bytes=10)
    with pytest.raises(PayloadTooLarge):
        await store.store(new_id(), new_id(), blocks(b"0123456789", b"!"))
    assert files_in(tmp_path) == []


async def test_a_connection_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"begin"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await FileStore(tmp_path, max_bytes=10).store(new_id(), new_id(), broken())
    assert files_in(tmp_path) == []


async def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path) -> None:
    store, tenant, document = FileStore(tmp_path, max_bytes=10**6), new_id(), new_id()
    target = store.path(tenant, document)
    target.parent.mkdir(parents=True)
    target.with_suffix(".part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space") as error:
        await store.store(tenant, document, blocks(b"x" * 100_000))
    assert error.value.errno == errno.ENOSPC
    assert list(target.parent.iterdir()) == []


async def test_deleting_twice_is_no_error(tmp_path: Path) -> None:
    store, tenant, document = FileStore(tmp_path, max_bytes=10), new_id(), new_id()
    await store.store(tenant, document, blocks(b"x"))
    await store.delete(tenant, document)
    await store.delete(tenant, document)
    assert not store.path(tenant, document).exists()


@pytest.mark.parametrize("identifier", ["../../etc/passwd", "", "a" * 31, "A" * 32, "a" * 31 + "/", "a" * 32 + "\n"])
def test_only_ids_of_our_own_become_paths(tmp_path: Path, identifier: str) -> None:
    store = FileStore(tmp_path, max_bytes=10)
    with pytest.raises(ValueError, match="not an id"):
        store.path(new_id(), identifier)
    with pytest.raises(ValueError, match="not an id"):
        store.path(identifier, new_id())


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\报告.pdf", "报告.pdf"),
        ("员工手册.docx", "员工手册.docx"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("fdp.\u202etxt.exe", "fdp.txt.exe"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_only_a_label(given_name: str, shown: str) -> None:
    assert label(given_name) == shown


@given(st.text())
def test_no_name_makes_a_label_with_a_folder_or_a_control_character(name: str) -> None:
    shown = label(name)
    assert 0 < len(shown) <= 255
    assert "/" not in shown and "\\" not in shown and shown not in (".", "..")
    assert shown.encode()
