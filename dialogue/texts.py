"""What the engine itself says, whatever the flow. A sentence of a flow goes before one of these."""

from __future__ import annotations

from dialogue.bilingual import Text

CANCELLED = Text(
    "All right, cancelled. Ask me whenever you need anything else.", "好的，已取消。还需要什么可以随时问我。"
)
NOTHING_TO_CANCEL = Text("All right. I'm here if you need anything.", "好的，有需要随时找我。")
ACKNOWLEDGED = Text("Okay. Is there anything else I can help with?", "好的。请问还有什么可以帮您？")
INVALID_VALUE = Text("Sorry, I didn't get that.", "抱歉，我没能识别。")
WAITING = Text("Sure, take your time.", "好的，不急。")
UNAVAILABLE = Text(
    "Sorry, the system isn't available right now. Please try again later.",
    "抱歉，系统暂时无法使用，请稍后再试。",
)
NOT_FOUND = Text("Sorry, I couldn't find anything for that.", "抱歉，没有查到相关信息。")
REFUSED = Text("Sorry, the system couldn't process that.", "抱歉，系统无法处理这个请求。")

# What to do instead, after too many bad answers, where there is a human to talk to and where there is none.
OFFER_HUMAN = Text(
    "That still didn't work. You can try once more, talk to a human, or cancel.",
    "我还是没能处理成功。您可以再发一次，也可以转接人工客服，或者取消。",
)
OFFER_CANCEL = Text(
    "That still didn't work. You can try once more, or cancel.",
    "我还是没能处理成功。您可以再发一次，或者取消。",
)
# The same for a user who does not know the value.
UNKNOWN_HUMAN = Text(
    "No problem. Would you like to talk to a human? You can also send it once you have it, or cancel.",
    "没关系。需要为您转接人工客服吗？您也可以找到后直接发给我，或者取消。",
)
UNKNOWN_CANCEL = Text(
    "No problem. You can send it once you have it, or cancel.", "没关系。您可以找到后直接发给我，或者取消。"
)

HUMAN_BUTTON = Text("Talk to a human", "转人工")
CANCEL_BUTTON = Text("Cancel", "取消")
RETRY_BUTTON = Text("Try again", "再试一次")
YES_BUTTON = Text("Yes", "确认")
NO_BUTTON = Text("No", "取消")
