"""What a calibration found, as its job shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from chatbot.lab.calibration_notes import note
from knowledge.calibration import (
    LEAST_CASES,
    Bin,
    Calibration,
    Case,
    Trade,
    brier,
    calibration_error,
    corrected_out_of_fold,
    reliability,
    trade_off,
)
from knowledge.measuring.probes import (
    OFF_TOPIC,
)


def report(
    calibration: Calibration, cases: Sequence[Case], counts: Counter[str], *, reached: bool
) -> dict[str, object]:
    after = corrected_out_of_fold(cases) if calibration.curve is not None else cases
    codes = [kind for kind in ("faqs", "test_questions") if not counts[kind]]
    notes = [note(f"no_{code}") for code in codes]
    if calibration.curve is None:
        notes.append(note("shared_curve", least=LEAST_CASES))
    if not reached:
        notes.append(note("not_reached"))
    return {
        "calibration": calibration.to_json(),
        "reached": reached,
        "cases": {
            kind: counts[kind] for kind in ("faqs", "test_questions", "headings", "sentences", "taken_out", OFF_TOPIC)
        },
        "notes": notes,
        "reliability": {"raw": _rounded(reliability(cases)), "calibrated": _rounded(reliability(after))},
        "error": {"raw": round(calibration_error(cases), 4), "calibrated": round(calibration_error(after), 4)},
        "brier": {"raw": round(brier(cases), 4), "calibrated": round(brier(after), 4)},
        "trade_off": {"raw": _rounded(trade_off(cases)), "calibrated": _rounded(trade_off(after))},
    }


def _rounded(rows: Sequence[Bin] | Sequence[Trade]) -> list[dict[str, object]]:
    return [
        {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(row).items()}
        for row in rows
    ]
