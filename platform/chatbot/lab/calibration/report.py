"""What a calibration found, as its job shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chatbot.foundation.rounding import rounded
from chatbot.lab.calibration.notes import note
from knowledge.calibration import (
    LEAST_CASES,
    Calibration,
    Case,
    brier,
    calibration_error,
    corrected_out_of_fold,
    reliability,
    trade_off,
)
from knowledge.measuring.probes import OFF_TOPIC


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
        "reliability": rounded({"raw": reliability(cases), "calibrated": reliability(after)}),
        "error": rounded({"raw": calibration_error(cases), "calibrated": calibration_error(after)}),
        "brier": rounded({"raw": brier(cases), "calibrated": brier(after)}),
        "trade_off": rounded({"raw": trade_off(cases), "calibrated": trade_off(after)}),
    }
