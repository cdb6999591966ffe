"""How well the product understands and finds, on folders of open data.

    python -m benchmarks.quality --train FOLDER [--test FOLDER] [--only NAME ...] [--json FILE]

Both folders hold intents/, slots/, retrieval/ and rerank/ with one folder a set. Training reads `train*.jsonl` of the
first; measuring reads `test.jsonl`, `queries*.jsonl` and `corpus.jsonl` of the second, or the first's development
parts when there is no second. Everything goes through the product's own parts.
Figures are percentages; `mcc` and `ece` are fractions, `train_s` seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Measures = dict[str, dict[str, float]]
Measure = Callable[[Path, Path | None, Sequence[str]], Measures]

METRICS = (
    "accuracy", "macro_f1", "in_scope_accuracy", "oos_recall", "mcc", "ece", "span_f1",
    "r@1", "r@5", "r@10", "mrr@10", "p@1", "refused", "train_s",
)  # fmt: skip
UNDERSTANDING = ("intents", "slots")
RETRIEVAL = ("retrieval", "rerank")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one table a kind of set; 2 when a name is unknown."""
    options = _parser().parse_args(arguments)
    try:
        names = chosen(available(options.train, options.test), options.only)
    except UnknownSet as error:
        print(f"quality: {error}", file=sys.stderr)
        return 2
    measured: Measures = {}
    for name in names:
        started = time.perf_counter()
        result = measure_of(name)(options.train, options.test, [name])
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        measured |= {_qualified(key, name): values for key, values in result.items()}
        if options.json:  # after each set: hours of work outlive an interruption
            options.json.write_text(json.dumps(by_set(measured), indent=2, ensure_ascii=False) + "\n")
    for kind in (*UNDERSTANDING, *RETRIEVAL):
        rows = {name: values for name, values in measured.items() if name.startswith(f"{kind}/")}
        if rows:
            print(f"\n{kind}\n{table(rows)}")
    return 0


class UnknownSet(Exception):
    """Somebody asked for a set that neither folder holds."""


def available(train: Path, test: Path | None) -> list[str]:
    """Every set of either folder, as "intents/banking77"."""
    folders = [train] if test is None else [train, test]
    return sorted(
        {
            f"{kind}/{path.name}"
            for folder in folders
            for kind in (*UNDERSTANDING, *RETRIEVAL)
            if (folder / kind).is_dir()
            for path in (folder / kind).iterdir()
            if path.is_dir()
        },
        key=lambda name: ((*UNDERSTANDING, *RETRIEVAL).index(name.split("/")[0]), name),
    )


def chosen(names: Sequence[str], only: Sequence[str]) -> list[str]:
    """The asked ones: "atis" means every set of that name, "slots/atis" that one."""
    for name in only:
        if not any(name in (known, known.split("/")[1]) for known in names):
            raise UnknownSet(f"no set {name!r}; there are {', '.join(names) or 'none'}")
    return [name for name in names if not only or name in only or name.split("/")[1] in only]


def measure_of(name: str) -> Measure:
    """Imported when needed: measuring one set loads nothing of the others."""
    if name.startswith(tuple(f"{kind}/" for kind in UNDERSTANDING)):
        from benchmarks.understanding import measure_understanding

        return measure_understanding
    from benchmarks.retrieval import measure_retrieval

    return measure_retrieval


def by_set(measured: Mapping[str, Mapping[str, float]]) -> Measures:
    """{set: {metric: number}}: a set annotated with intents and slots has the metrics of both."""
    merged: Measures = {}
    for name, values in measured.items():
        into = merged.setdefault(name.split("/", 1)[1], {})
        for metric, value in values.items():
            into[metric] = into.get(metric, 0.0) + value if metric == "train_s" else value
    return merged


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """A dash where a metric does not apply."""
    present = {metric for values in rows.values() for metric in values}
    metrics = [*(metric for metric in METRICS if metric in present), *sorted(present - set(METRICS))]
    width = max(len(name) for name in rows)
    lines = [" " * width + "".join(f"  {metric:>9}" for metric in metrics)]
    for name, values in rows.items():
        lines.append(
            name.ljust(width)
            + "".join(f"  {_cell(metric, values.get(metric)):>{max(9, len(metric))}}" for metric in metrics)
        )
    return "\n".join(lines)


def _cell(metric: str, value: float | None) -> str:
    if value is None:
        return "-"
    if metric.endswith("_s"):
        return f"{value:.1f}"
    if metric in ("mcc", "ece"):
        return f"{value:.3f}"
    return f"{value:.1f}"


def _qualified(key: str, asked: str) -> str:
    return key if "/" in key else f"{asked.split('/')[0]}/{key}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", type=Path, required=True, help="folder to train on")
    parser.add_argument("--test", type=Path, help="folder to measure on; the first's development parts without it")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="sets to measure; all without it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write {set: {metric: number}} there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
