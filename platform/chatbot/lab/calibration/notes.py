"""What a calibration has to say about itself, in both languages."""

from __future__ import annotations

from dataclasses import asdict

from chatbot.foundation.bilingual import Text

_TEXTS = {
    "no_faqs": Text(
        "No FAQ could be used: there is none, or the documents do not say what the FAQs say.",
        "没有可用的常见问题：尚未录入，或文档内容与常见问题的答案对不上。",
    ),
    "no_test_questions": Text(
        "There are no reviewed test questions; the figures rest on generated questions alone.",
        "没有已审核的测试问题，结果仅依据自动生成的问题。",
    ),
    "shared_curve": Text(
        "Too few questions, or too few of one outcome, to correct the scores: the shared curve is used as it is "
        "(at least {least} questions are needed).",
        "问题太少或结果过于单一，未对分数做修正，沿用通用曲线（至少需要 {least} 个问题）。",
    ),
    "not_reached": Text(
        "No threshold keeps wrong answers under this rate; the nearest one was taken.",
        "没有任何阈值能把错误率压到目标以下，已采用最接近的阈值。",
    ),
}


def note(code: str, **values: object) -> dict[str, object]:
    """{code, text: {en, zh}}."""
    return {"code": code, "text": asdict(_TEXTS[code].format(**values))}
