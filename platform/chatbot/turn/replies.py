"""What the platform itself says, in both languages."""

from __future__ import annotations

NO_ANSWER = {
    "zh": "抱歉，我没有在现有资料中找到这个问题的答案。您可以换个说法再问一次，或者回复“人工”转接客服。",
    "en": "I'm sorry, I couldn't find the answer to that in the material I have. "
    'Try putting it another way, or say "agent" to talk to a person.',
}
SOURCE_IN_ENGLISH = {"zh": "以下内容摘自英文资料："}
SOURCE_IN_CHINESE = {"en": "This is from a document in Chinese: "}
MAY_BE_RELATED = {
    "zh": "抱歉，我没有找到这个问题的确切答案。下面这份资料可能与此相关，供您参考。[1]",
    "en": "I'm sorry, I couldn't find a sure answer to that. The source below may be related. [1]",
}
NO_KNOWLEDGE = {
    "zh": "抱歉，我暂时没有可以查阅的资料，无法回答这个问题。",
    "en": "I'm sorry, I have no material to look this up in yet.",
}
DID_YOU_MEAN = {
    "zh": "我不太确定您问的是什么。您是不是想问：",
    "en": "I'm not sure what you are asking. Did you mean one of these?",
}
KNOWLEDGE_UNAVAILABLE = {
    "zh": "抱歉，资料库暂时无法访问，请稍后再试。",
    "en": "I'm sorry, the knowledge base can't be reached right now. Please try again later.",
}
LATER = {
    "zh": "至于“{wish}”，我们随后再办，到时点一下按钮就好。",
    "en": "We'll get to “{wish}” next: just tap the button when you're ready.",
}


def quoted(text: str, source: str, language: str) -> str:
    """An answer whose source is in the language `source`, with a word about that where the user speaks another."""
    note = {"en": SOURCE_IN_ENGLISH, "zh": SOURCE_IN_CHINESE}.get(source, {})
    return note.get(language, "") + text


def say(texts: dict[str, str], language: str) -> str:
    """The text in the user's language, or in English."""
    return texts.get(language) or texts["en"]
