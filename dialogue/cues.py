"""Small words that steer a talk in Chinese and English: yes, no, cancel, correct, carry on, and the look of a question.

These are closed classes, so patterns do; what a user wants otherwise is the NLU's to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dialogue.language import HAN

_PUNCTUATION = " \t\r\n,.!?;:~…'\"，。！？；：、～“”‘’（）()"

_CANCEL = re.compile(
    r"(那|那就|还是)?(算了吧?|取消吧?|不查了|不用了|不需要了|不要了|没事了|先不查了|先这样吧?|退出|停止|不问了)"
    rf"|我?(不想|不愿意?|不方便)再?(查|问|说|告诉|提供)[{HAN}]{{0,5}}"
    r"|(ok(ay)?,? |no,? )?(never ?mind|nvm|cancel( that| it| this)?|forget (it|that)|stop|quit|exit|leave it|drop it)"
    r"|skip( it| that| this)?|(i'?d |i would )?(rather not|prefer not to)( say| tell( you)?| share)?( that| it)?"
)
_WAIT = re.compile(
    r"(好的?|嗯|请|麻烦)?[, ]?"
    r"(稍?等(我|等)?(一?下|一会儿?|片刻)?|稍候|让?我先?再?[找看查](一下|一?[找看查]))[啊哦吧哈]?"
    r"|(ok(ay)?,? |please )?(wait|hold on|hang on|(just )?(a|one) (second|sec|moment|minute|min)|"
    r"give me (a|one) (second|sec|moment|minute|min)|let me (check|look|see|find)( it)?( up)?)( please)?"
)
_YES = re.compile(
    r"是|是的|对|对的|没错|好|好的|好吧|可以|行|确认|确定|嗯+|要|需要|ok|okay|yes|yeah|yep|sure|correct|right|confirm|"
    r"please do|yes please|go ahead|that'?s right"
)
_NO = re.compile(r"不|不是|不对|不要|不用|否|不行|没有|no|nope|not really|no thanks|don'?t|wrong|that'?s wrong")
_RETRY = re.compile(
    r"(请)?(再试(一次|一下|试)?|重试(一下)?|再查(一次|一下)?)(吧)?|(please )?(try|check) (it )?again|retry"
)
_CORRECTION = re.compile(
    r"^(不对|不是|错了|我?(说|写|打|搞|弄)错了|我(说|问|指)的?是|我是说|应该是|更正|改成|改为|换成|"
    r"no\b|nope\b|sorry\b|actually\b|i (meant|mean)\b|not\b|wrong\b|correction\b|(change|make) (it|that)\b|i said\b)"
)
_DENIED = re.compile(r"(不是|不要|别查|而非|\bnot|\bisn't|\brather than|\binstead of)( in| for)?\s*$")
_TAKEN_BACK = re.compile(
    r"(?:[\s,.!?;:~…—–-]|哦|噢|啊|呃|不对|不|错了|我?(?:说|写|打|搞|弄)错了|我是说|应该是|是|改成|换成|抱歉|不好意思|"
    r"\b(?:oh|uh|um|wait|actually|no|sorry|i mean|i meant|make (?:it|that)|scratch that|rather|or rather)\b)+"
)
_LONGEST_TAKING_BACK = 40  # characters
_TAKING_BACK = re.compile(r"不|错|我是说|应该|改成|换成|抱歉|no|sorry|actually|mean|make|scratch|rather|wait")
_ACKNOWLEDGED = re.compile(
    r"(好的?|嗯|哦|我)?[，, ]?(知道了?|明白了?|了解了?|懂了|清楚了|收到了?|继续吧?)|好的?(谢谢|吧|呢|呀)|"
    r"((oh|ok|okay),? )?(got it|i see|understood|noted|alright|all right|makes sense|good to know|go on|continue)|"
    r"ok(ay)? then"
)
_DONT_KNOW = re.compile(
    r"((嗯+|呃+|哎呀?|抱歉|不好意思)[,. ]*)?我?(也|都|真的?|还)?"
    rf"((不太?(知道|清楚|确定|记得)|记不清|忘了|忘记了?)[{HAN}]{{0,8}}"
    rf"|(没有|没带|找不到|丢了|弄丢了)([{HAN}]{{0,4}}(号码?|编号))?)了?"
    r"|(i )?(really )?(don'?t|do not|can'?t|cannot) (know|remember|recall|have|find)( it| that)?"
    r"|(i )?(really )?(don'?t|do not|can'?t|cannot) (know|remember|recall|have|find) (the|my|an?|any)( [a-z]+){1,3}"
    r"|(i )?(forgot|lost|have forgotten|have lost|'ve forgotten|'ve lost)( it| that|( my| the)( [a-z]+){1,3})?"
    r"|(i have )?no idea|(i'?m )?not sure|dunno"
)
_QUESTION = re.compile(
    r"[?？]|(吗|呢|么)[。！!]*$|什么|怎么|怎样|如何|为何|哪|谁|多少|几[天个号点次]|多久|是否|能不能|可不可以|有没有"
    r"|^(what|how|why|who|whose|where|when|which|can|could|do|does|did|is|are|was|will|would|should|may|tell me)\b"
)
# Words that ask nothing by themselves: a message of a value and these alone carries on the talk before.
_FILLER = re.compile(
    r"那么|那个|那边|那里|那|还有|也|再|又|就|请问|请|麻烦|帮我|给我|我想|我要|想|要|知道|看看|看一下|看|查查|查一下|查询|查|问一下|问|"
    r"一下|怎么样|怎样|如何|情况|什么样|换成|改成|改为|更正|应该是|是说|说的是|问的是|指的是|我是|我|你|您|不对|不是|错了|是|在|到|的|"
    r"了|呢|吧|啊|呀|哦|嗯|哎|吗|和|跟|而|呐"
    r"|\b(and|or|what|whats|how|hows|about|then|ok|okay|so|for|in|on|at|to|the|is|it|its|like|also|too|please|check|try|look|"
    r"up|of|there|will|be|would|s|that|this|no|nope|not|sorry|actually|i|meant|mean|said|wrong|correction|change|make|"
    r"tell|me|now|instead|but|rather|my|a|an|one|number|order|city|hmm|well|oh|yes|yeah|was|from|with|by|am|m)\b"
)


def plain(text: str) -> str:
    """The text in one form for matching: width and case folded, curly quotes straight, no punctuation at its ends."""
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'").strip(_PUNCTUATION)


def is_cancel(text: str) -> bool:
    """ "算了", "never mind": the whole message calls off what is going on."""
    return _CANCEL.fullmatch(plain(text)) is not None


def is_yes(text: str) -> bool:
    """The whole message agrees."""
    return _YES.fullmatch(plain(text)) is not None


def is_no(text: str) -> bool:
    """The whole message declines."""
    return _NO.fullmatch(plain(text)) is not None


def is_retry(text: str) -> bool:
    """ "再试一次", "try again"."""
    return _RETRY.fullmatch(plain(text)) is not None


def is_wait(text: str) -> bool:
    """ "等一下", "let me check": the user will be back."""
    return _WAIT.fullmatch(plain(text)) is not None


def is_ignorance(text: str) -> bool:
    """ "不知道", "I don't remember my number"."""
    return _DONT_KNOW.fullmatch(plain(text)) is not None and not is_question(text)


def is_small_word(text: str) -> bool:
    """The whole message agrees, declines or says that it was heard ("知道了", "got it"), and nothing else."""
    return is_yes(text) or is_no(text) or _ACKNOWLEDGED.fullmatch(plain(text)) is not None


def corrects(text: str) -> bool:
    """Whether the message starts as a correction does: "不对，是…", "no, I meant…"."""
    return _CORRECTION.match(plain(text)) is not None


def is_denied(text: str, start: int) -> bool:
    """Whether what begins at `start` is said not to be it: "上海，不是北京", "London, not Paris"."""
    return _DENIED.search(unicodedata.normalize("NFKC", text[:start]).lower()) is not None


def is_taken_back(text: str, end: int, start: int) -> bool:
    """Whether what ends at `end` gives way to what begins at `start`: "Beijing, no, Shanghai", "北京，哦不，上海"."""
    between = unicodedata.normalize("NFKC", text[end:start]).lower()
    return (
        len(between) <= _LONGEST_TAKING_BACK
        and _TAKING_BACK.search(between) is not None
        and _TAKEN_BACK.fullmatch(between) is not None
    )


def is_question(text: str) -> bool:
    """Whether the message asks something."""
    folded = unicodedata.normalize("NFKC", text).lower().strip()
    return _QUESTION.search(folded) is not None


def says_more_than(text: str, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether anything but filler is left of `text` without `spans` (character offsets)."""
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (min(end, len(kept)) - start)
    rest = _FILLER.sub(" ", plain("".join(kept)))
    return any(character.isalnum() for character in rest)


def word_count(text: str) -> int:
    """Words, with every Chinese character counting as half of one."""
    folded = plain(text)
    chinese = len(re.findall(f"[{HAN}]", folded))
    return len(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", folded)) + (chinese + 1) // 2
