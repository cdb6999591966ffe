"""From annotated sentences to what a `SpanTagger` consists of: probes of the encoder's tokens, then a random field."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nlu.language import detect_language
from nlu.tagging import crf_process
from nlu.tagging.token_features import Features, Places, lowered, token_features, tokenise, with_chances
from nlu.tagging.token_lexicon import TokenLexicon, Value
from nlu.tagging.token_probe import TokenProbe, states_of
from nlu.understanding import TokenEncoder
from nlu.vectors import Floats

OUTSIDE = "O"
Span = tuple[str, int, int]  # name, start, end

_MANY = 1_000  # sentences; from here on a feature seen once teaches little, and most weights may be nought
_FROM_MANY = {"feature.minfreq": 2, "c1": 0.05, "c2": 0.05, "max_iterations": 50}
_FROM_FEW = {"feature.minfreq": 1, "c1": 0.0, "c2": 0.1, "max_iterations": 50}
_ENOUGH = 30  # sentences of a language, for a probe of its encoder
_MANY_TAGS = 64  # the field's time grows with the square of its tags
_FOLDS = 2  # two halves: each learns the probe that the other half is seen by
_SECONDS = 1_800.0


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """`spans` are (slot, start, end) in characters of the text and do not overlap.

    A slot may be "name:role" or "name:role:group".
    """

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Trained:
    """`model` is CRFsuite's, empty without examples; `lexicon` holds the known values; `probes` by language."""

    model: bytes
    lexicon: TokenLexicon
    tags: tuple[str, ...]
    probes: dict[str, TokenProbe]


def train(examples: Sequence[AnnotatedText], encoder: TokenEncoder | None) -> Trained:
    """The same examples in the same order give the same result. Uses two cores, one of them in another process."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

    values = [_values(example) for example in examples]
    lexicon = TokenLexicon.learn(value for own in values for value in own)
    places = [tokenise(example.text) for example in examples]
    tags = [to_tags(example.spans, where) for example, where in zip(examples, places, strict=True)]
    names = tuple(sorted({tag for line in tags for tag in line}))
    if not len(lexicon):
        return Trained(b"", lexicon, names, {})
    chances: list[Floats | None] = [None] * len(examples)
    with ThreadPoolExecutor(_FOLDS) as pool, threadpool_limits(1, user_api="blas"):
        probes = {} if encoder is None else _probes(examples, places, tags, names, chances, encoder, pool)
        features = (
            token_features(example.text, where, lexicon.marks(lowered(example.text, where), new))
            for example, where, new in zip(examples, places, _first_said(values), strict=True)
        )
        richer = (
            line if seen is None else with_chances(line, seen, names)
            for line, seen in zip(features, chances, strict=True)
        )
        few = len(names) < _MANY_TAGS
        model = _field(richer, tags if few else [without_needless_beginnings(line) for line in tags])
        return Trained(model, lexicon, names, {language: probe.result() for language, probe in probes.items()})


def _probes(
    examples: Sequence[AnnotatedText],
    places: Sequence[Places],
    tags: Sequence[Sequence[str]],
    names: tuple[str, ...],
    chances: list[Floats | None],
    encoder: TokenEncoder,
    pool: Executor,
) -> dict[str, Future[TokenProbe]]:
    """A probe for each language, under way; what it says of the examples, learned without them, is in `chances`."""
    number = {name: k for k, name in enumerate(names)}
    by_language: defaultdict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        if places[row]:
            by_language[detect_language(example.text)].append(row)
    probes: dict[str, Future[TokenProbe]] = {}
    for language, rows in sorted(by_language.items()):
        folds = [rows[fold::_FOLDS] for fold in range(_FOLDS)]
        if len(rows) < _ENOUGH:
            continue
        states = list(pool.map(lambda fold, spoken=language: _states(encoder, examples, places, fold, spoken), folds))
        gold = [[[number[tag] for tag in tags[row]] for row in fold] for fold in folds]
        if any(each is None for each in states):
            continue
        seen = [each for each in states if each is not None]
        halves = [
            pool.submit(TokenProbe.train, seen[1 - fold], gold[1 - fold], width=len(names), seed=fold + 1)
            for fold in range(_FOLDS)
        ]
        whole = [*seen[0], *seen[1]], [*gold[0], *gold[1]]
        probes[language] = pool.submit(TokenProbe.train, *whole, width=len(names), seed=0)
        for fold, rows_there, half in zip(range(_FOLDS), folds, halves, strict=True):
            for row, each in zip(rows_there, seen[fold], strict=True):
                chances[row] = half.result().chances(each)
    return probes


def _states(
    encoder: TokenEncoder, examples: Sequence[AnnotatedText], places: Sequence[Places], rows: list[int], language: str
) -> list[Floats] | None:
    return states_of(encoder, [examples[row].text for row in rows], [places[row] for row in rows], language=language)


def _field(features: Iterable[Sequence[Features]], tags: Sequence[Sequence[str]]) -> bytes:
    settings = _FROM_MANY if len(tags) >= _MANY else _FROM_FEW
    with tempfile.TemporaryDirectory() as folder:
        sentences, model = Path(folder) / "sentences.jsonl", Path(folder) / "model.crfsuite"
        with sentences.open("w", encoding="utf-8") as file:
            for line, right in zip(features, tags, strict=True):
                if right:
                    file.write(json.dumps([right, line]) + "\n")
        # -P: the folder of the program is no place to import from.
        command = [sys.executable, "-P", crf_process.__file__, str(sentences), json.dumps(settings), str(model)]
        subprocess.run(command, check=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)  # noqa: S603 -- our own program
        return model.read_bytes()


def without_needless_beginnings(tags: Sequence[str]) -> list[str]:
    """B- only where a value follows one of the same slot. The probe is taught every beginning, and tells the field."""
    before = [OUTSIDE, *tags]
    return [
        f"I{tag[1:]}" if tag.startswith("B") and last[1:] != tag[1:] else tag
        for last, tag in zip(before, tags, strict=False)
    ]


def _first_said(values: Iterable[Sequence[Value]]) -> Iterator[list[Value]]:
    """Of each example's values, those that none before it had: they are read as a message's new ones will be.

    So the field learns how far a known value may be trusted, and to find an unknown one by what stands around it.
    """
    said: set[Value] = set()
    for own in values:
        yield [value for value in own if value not in said]
        said.update(own)


def _values(example: AnnotatedText) -> list[Value]:
    said = ((slot, example.text[start:end]) for slot, start, end in example.spans)
    return [(slot, tuple(lowered(words, tokenise(words)))) for slot, words in said]


def to_tags(spans: Iterable[Span], places: Places) -> list[str]:
    """B- and I- with the slot for the tokens of a span, O for the rest."""
    tags = [OUTSIDE] * len(places)
    for name, start, end in spans:
        inside = [at for at, (first, last) in enumerate(places) if first >= start and last <= end]
        for order, at in enumerate(inside):
            tags[at] = f"{'I' if order else 'B'}-{name}"
    return tags
