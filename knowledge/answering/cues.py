"""What kind of answer a question asks for, and what a sentence of that kind looks like, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.text.han import HAN

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    "|eighty|ninety|hundred|thousand|million|billion|dozen|once|twice|half|no limit|unlimited|none"
)
_NUMBER = re.compile(
    rf"\d|\b(?:{_NUMBER_WORDS})\b"
    # 四小时, but not the number of an article: 第四条.
    rf"|(?<![第零一二两三四五六七八九十百千万亿半])[零一二两三四五六七八九十百千万亿半]+\s*[{HAN}]",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday|day|week|month|year|century|noon|midnight|morning|evening|hours?"
    r"|within|before|after|until|since|during|daily|weekly|monthly|annually|quarter(?:ly)?)\b"
    r"|[年月日周天点时分]|星期|小时|分钟|上午|下午|之前|之后|以内|当天|次日|期间|世纪|季度",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to|as a result|therefore|caused?|reasons?)\b"
    r"|因为|由于|因此|所以|为了|以便|导致|原因|出于",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|on|near|from|under|inside|via|page|menu|portal|office|building|floor|street|room|tab|section)\b"
    r"|在|位于|地址|楼|室|路|页面|菜单|里|处|省|市|区",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b[A-Z][a-z]+\s+[A-Z][a-z]+|\b(?:manager|director|team|department|officer|staff|employees?|head|by)\b"
    r"|经理|主管|部门|负责人|人员|员工|专员|团队|先生|女士|由"
)
_STEP = re.compile(
    r"\b(?:click|select|choose|open|go to|press|enter|submit|log ?in|sign ?in|contact|call|use|fill|send|follow|run"
    r"|install|set|visit|apply|request|must|should|can|need)\b"
    r"|点击|选择|打开|进入|输入|提交|登录|联系|拨打|使用|填写|发送|安装|设置|申请|前往|通过|需要|应当|可以|步骤",
    re.IGNORECASE,
)

_PRICE = re.compile(
    r"[$€£¥￥]|\b(?:euros?|dollars?|pounds?|yuan|rmb|cents?|usd|eur|gbp|cny|free|no charge)\b"
    r"|元|块钱|美金|英镑|人民币|免费",
    re.IGNORECASE,
)
_ASKS_PRICE = re.compile(
    r"\bhow much (?:does|do|did|will|would|must|should)\b.*\b(?:cost|pay)\b"
    r"|\bhow much (?:is|are) (?:it|that|this|the|an?)\b"
    r"|\bwhat (?:is|are|was|were) the (?:price|cost|fee|charge)s?\b|多少钱|几块钱|价格|价钱|费用|怎么收费",
    re.IGNORECASE,
)

_ASKS_STEPS = re.compile(r"\bhow (?:do|can|should|to|would|must|may)\b|怎么|如何|怎样|步骤|流程|怎么办", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cue:
    asked: re.Pattern[str]
    answered: re.Pattern[str]


_CUES = (
    _Cue(
        re.compile(
            r"\bhow (?:many|much|long|old|often|far|big|large|tall|high|fast|deep|wide|soon)\b"
            r"|\bwhat (?:is|are|was|were) the (?:number|amount|limit|price|cost|fee|rate|percentage|size|population)\b"
            r"|\bwhat (?:percentage|percent|number|amount)\b|多少|几|多久|多长|多大|多高|多远|多重|金额|上限|费用|价格",
            re.IGNORECASE,
        ),
        _NUMBER,
    ),
    _Cue(
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:time|date|day|year|month|century)\b|\bdeadline\b|\bhow soon\b"
            r"|什么时候|何时|哪天|哪年|哪一年|几点|几号|时间|期限|日期|截止",
            re.IGNORECASE,
        ),
        _TIME,
    ),
    _Cue(re.compile(r"\bwhy\b|\breasons?\b|\bwhat caused?\b|为什么|为何|原因|怎么会", re.IGNORECASE), _REASON),
    _Cue(re.compile(r"\bwhere\b|哪里|哪儿|何处|什么地方|在哪", re.IGNORECASE), _PLACE),
    _Cue(re.compile(r"\bwho(?:m|se)?\b|谁|哪位|什么人|联系人|负责人", re.IGNORECASE), _PERSON),
    _Cue(_ASKS_STEPS, _STEP),
)


def answer_shapes(question: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of which a sentence that answers shows at least one; none when the question gives no hint."""
    if _ASKS_PRICE.search(question):  # any other number would do no better than none
        return (_PRICE,)
    return tuple(cue.answered for cue in _CUES if cue.asked.search(question))


# "能不能" and "有没有" only ask; "is it not" asks for nothing that is not.
_ASKS_OR_NOT = re.compile(
    r"(.)[不没]\1|^\W*(?:is|are|do|does|did|can|could|will|has|have)(?:n['’]t| not)\b", re.IGNORECASE
)
_NEGATED = re.compile(
    r"\b(?:not|cannot|\w+n['’]t|never|no|none|nobody|nothing|without|except|excluded|unable)\b"
    r"|[不未无勿]|没有|不含|除了|除外|禁止|拒绝",
    re.IGNORECASE,
)


def is_negated(text: str) -> bool:
    """Whether it says, or asks, what is not so."""
    return _NEGATED.search(_ASKS_OR_NOT.sub(" ", text)) is not None


def asks_for_steps(question: str) -> bool:
    """Whether it asks how something is done."""
    return _ASKS_STEPS.search(question) is not None


_NAME = re.compile(r"(?<=[^.!?\s]\s)[A-Z][\w'’-]+")  # a capital that does not begin a sentence
_FIGURE = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{_NUMBER_WORDS})\b|[零一二两三四五六七八九十百千万亿半]+", re.IGNORECASE)
_MOMENT = re.compile(
    r"\b\d{3,4}s?\b|\d+|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|days?|weeks?|months?|years?|centur(?:y|ies)|decades?)\b"
    r"|[零一二两三四五六七八九十百]+(?=[年月日号天点时分周])|当天|次日|上午|下午|世纪",
    re.IGNORECASE,
)
# Names show themselves in English alone, by their capitals.
_NAMED = re.compile(r"\bwho(?:m|se)?\b|\bwhere\b", re.IGNORECASE)
_TYPED = ((_CUES[0].asked, _FIGURE), (_CUES[1].asked, _MOMENT), (_NAMED, _NAME))


def typed_answer(question: str) -> re.Pattern[str] | None:
    """A pattern of which an answer holds one that the question itself does not; None where any text may be one."""
    return next((answer for asked, answer in _TYPED if asked.search(question)), None)
