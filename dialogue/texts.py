"""What the engine itself says, whatever the flow. A sentence of a flow goes before one of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.actions import QuickReply

Localised = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EngineTexts:
    """Every text in each language of the bot."""

    cancelled: Localised = field(
        default_factory=lambda: {
            "zh": "好的，已取消。还需要什么可以随时问我。",
            "en": "All right, cancelled. Ask me whenever you need anything else.",
        }
    )
    nothing_to_cancel: Localised = field(
        default_factory=lambda: {"zh": "好的，有需要随时找我。", "en": "All right. I'm here if you need anything."}
    )
    acknowledged: Localised = field(
        default_factory=lambda: {
            "zh": "好的。请问还有什么可以帮您？",
            "en": "Okay. Is there anything else I can help with?",
        }
    )
    invalid_value: Localised = field(
        default_factory=lambda: {"zh": "抱歉，我没能识别。", "en": "Sorry, I didn't get that."}
    )
    offer_human: Localised = field(
        default_factory=lambda: {
            "zh": "我还是没能处理成功。您可以再发一次，也可以转接人工客服，或者取消。",
            "en": "That still didn't work. You can try once more, talk to a human, or cancel.",
        }
    )
    offer_cancel: Localised = field(
        default_factory=lambda: {
            "zh": "我还是没能处理成功。您可以再发一次，或者取消。",
            "en": "That still didn't work. You can try once more, or cancel.",
        }
    )
    waiting: Localised = field(default_factory=lambda: {"zh": "好的，不急。", "en": "Sure, take your time."})
    unknown_human: Localised = field(
        default_factory=lambda: {
            "zh": "没关系。需要为您转接人工客服吗？您也可以找到后直接发给我，或者取消。",
            "en": "No problem. Would you like to talk to a human? You can also send it once you have it, or cancel.",
        }
    )
    unknown_cancel: Localised = field(
        default_factory=lambda: {
            "zh": "没关系。您可以找到后直接发给我，或者取消。",
            "en": "No problem. You can send it once you have it, or cancel.",
        }
    )
    unavailable: Localised = field(
        default_factory=lambda: {
            "zh": "抱歉，系统暂时无法使用，请稍后再试。",
            "en": "Sorry, the system isn't available right now. Please try again later.",
        }
    )
    not_found: Localised = field(
        default_factory=lambda: {"zh": "抱歉，没有查到相关信息。", "en": "Sorry, I couldn't find anything for that."}
    )
    refused: Localised = field(
        default_factory=lambda: {"zh": "抱歉，系统无法处理这个请求。", "en": "Sorry, the system couldn't process that."}
    )
    human_button: Localised = field(default_factory=lambda: {"zh": "转人工", "en": "Talk to a human"})
    cancel_button: Localised = field(default_factory=lambda: {"zh": "取消", "en": "Cancel"})
    retry_button: Localised = field(default_factory=lambda: {"zh": "再试一次", "en": "Try again"})
    yes_button: Localised = field(default_factory=lambda: {"zh": "确认", "en": "Yes"})
    no_button: Localised = field(default_factory=lambda: {"zh": "取消", "en": "No"})

    def offer(self, *, human: bool, unknown: bool) -> Localised:
        """What to do instead, after too many bad answers or when the user does not know the value."""
        if unknown:
            return self.unknown_human if human else self.unknown_cancel
        return self.offer_human if human else self.offer_cancel


def in_language(texts: Localised, language: str, default: str) -> str:
    """The text in `language`, else in `default`, else in whatever there is."""
    return texts.get(language) or texts.get(default) or next(iter(texts.values()), "")


def buttons(titles: Mapping[str, tuple[str, ...]], language: str) -> tuple[QuickReply, ...]:
    """Quick replies that send their own title."""
    return tuple(QuickReply(title, title) for title in titles.get(language, ()))
