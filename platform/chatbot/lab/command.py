"""`chatbot eval`: calibrate a knowledge base or run a test set from the command line, without a server."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import cast

from chatbot.accounts.tenants.tenants import tenant_id_of
from chatbot.foundation.database import Database
from chatbot.foundation.jobs import JobQueue
from chatbot.foundation.parts import Parts
from chatbot.lab.calibration.calibrator import Calibrator
from chatbot.lab.repository import LabSetRepository
from chatbot.lab.runs import LabRunner, LabRunService

Rows = Sequence[Mapping[str, float]]


async def evaluate(parts: Parts, options: argparse.Namespace) -> str:
    """The report as text. `parts` need not be started, and are stopped. Raises AppError."""
    try:
        tenant_id = await tenant_id_of(parts.get(Database), options.tenant)
        if options.action == "run":
            return await _run(parts, tenant_id, options.test_set)
        report = await parts.get(Calibrator).run(
            tenant_id, options.knowledge_base, options.wrong_answer_rate, _unwatched
        )
        return calibration_text(report, options.language)
    finally:
        await parts.stop()


def calibration_text(report: Mapping[str, object], language: str) -> str:
    """Threshold, cases, and both curves side by side."""
    kept = cast(Mapping[str, object], report["calibration"])
    cases = cast(Mapping[str, int], report["cases"])
    curve = cast(Mapping[str, float] | None, kept["curve"])
    zh = language == "zh"
    lines = [
        ("阈值" if zh else "threshold") + f"  {kept['threshold']}",
        ("目标错误率" if zh else "wrong answers wanted") + f"  {kept['wrong_answer_rate']}",
        ("曲线" if zh else "curve")
        + "  "
        + (("通用" if zh else "shared") if curve is None else f"slope {curve['slope']}, bias {curve['bias']}"),
        ("问题" if zh else "asked") + "  " + ", ".join(f"{kind} {count}" for kind, count in cases.items()),
    ]
    notes = cast(Sequence[Mapping[str, Mapping[str, str]]], report["notes"])
    lines += [f"- {note['text'][language]}" for note in notes]
    for name in ("error", "brier"):
        both = cast(Mapping[str, float], report[name])
        lines.append(f"{name}  raw {both['raw']:.3f}  calibrated {both['calibrated']:.3f}")
    for name, title in (("raw", "原始" if zh else "raw"), ("calibrated", "校准后" if zh else "calibrated")):
        lines += ["", title, "  score     cases  mean  right"]
        reliability = cast(Mapping[str, Rows], report["reliability"])[name]
        lines += [
            f"  {row['low']:.1f}-{row['high']:.1f}   {row['count']:>5}  {row['score']:.2f}  {row['right']:.2f}"
            for row in reliability
        ]
        lines.append("  from   refused of answerable  wrong of answers  answered of unanswerable")
        trade_off = cast(Mapping[str, Rows], report["trade_off"])[name]
        lines += [
            f"  {row['threshold']:.2f}   {row['refused_answerable']:>21.3f}  {row['wrong_of_answered']:>16.3f}"
            f"  {row['answered_unanswerable']:>24.3f}"
            for row in trade_off[1::2]
        ]
    return "\n".join(lines)


async def _run(parts: Parts, tenant_id: str, test_set_id: str) -> str:
    async with parts.get(Database).write(tenant_id) as session:
        test_set = await LabSetRepository(session, tenant_id).get(test_set_id)
        service = LabRunService(session, tenant_id, test_set.knowledge_base_id, test_set_id, parts.get(JobQueue))
        run_id = (await service.prepare()).id
    metrics = await parts.get(LabRunner).run(tenant_id, run_id, _unwatched)
    return "\n".join([f"run  {run_id}", *(f"{name}  {value}" for name, value in metrics.items())])


async def _unwatched(_fraction: float) -> None:
    """Nobody looks at a bar here."""
