"""What the platform itself says, in both languages."""

from __future__ import annotations

from chatbot.foundation.bilingual import Text

NO_ANSWER = Text(
    "I'm sorry, I couldn't find the answer to that in the material I have. Try putting it "
    'another way, or say "agent" to talk to a person.',
    "抱歉，我没有在现有资料中找到这个问题的答案。您可以换个说法再问一次，或者回复“人工”转接客服。",
)
MAY_BE_RELATED = Text(
    "I'm sorry, I couldn't find a sure answer to that. The source below may be related. [1]",
    "抱歉，我没有找到这个问题的确切答案。下面这份资料可能与此相关，供您参考。[1]",
)
NO_KNOWLEDGE = Text(
    "I'm sorry, I have no material to look this up in yet.",
    "抱歉，我暂时没有可以查阅的资料，无法回答这个问题。",
)
DID_YOU_MEAN = Text(
    "I'm not sure what you are asking. Did you mean one of these?",
    "我不太确定您问的是什么。您是不是想问：",
)
KNOWLEDGE_UNAVAILABLE = Text(
    "I'm sorry, the knowledge base can't be reached right now. Please try again later.",
    "抱歉，资料库暂时无法访问，请稍后再试。",
)
LATER = Text(
    "We'll get to “{wish}” next: just tap the button when you're ready.",
    "至于“{wish}”，我们随后再办，到时点一下按钮就好。",
)
IN_THE_OTHER_LANGUAGE = Text("This is from a document in Chinese: ", "以下内容摘自英文资料：")


def quoted(text: str, source: str, language: str) -> str:
    """An answer whose source is in the language `source`, with a word about that where the user speaks another."""
    return text if source in ("", language) else IN_THE_OTHER_LANGUAGE.in_language(language) + text
