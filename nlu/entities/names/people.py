"""Names of people, by light rules: a Chinese surname with what stands around it, English names after a title or cue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.candidate import Candidate
from nlu.entities.names.name_words import NO_NAMES
from nlu.language import HAN

# The hundred and some surnames that nearly all Chinese people bear.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫"
_SURNAME = f"(?:{_DOUBLE}|[{_SURNAMES}])"
_TITLES = "先生|女士|小姐|太太|经理|老师|医生|教授|主任|总监|律师|工程师|师傅|同学|同志|阿姨|大夫|警官|总"
_NO_GIVEN = "的是在和跟与了吗呢吧啊您你我他她有要想说叫给把被就都不没也很请帮,"
_GIVEN = rf"(?:(?!{_TITLES}|[{_NO_GIVEN}])[{HAN}])"
_TITLED = re.compile(rf"(?P<name>{_SURNAME}{_GIVEN}{{0,2}}?)(?:{_TITLES})")
_INTRODUCED = re.compile(
    r"(?:我叫|我是|名字是|名字叫|姓名是?|姓名[:：]|本人|联系人是?|联系人[:：]|收件人是?|收件人[:：]|收货人是?"
    r"|客人叫|他叫|她叫|找一下|转接|预订人是?)"
    rf"\s?(?P<name>{_SURNAME}{_GIVEN}{{1,2}})"
    r"(?=$|[\s,.!?;:]|[的吗吧呢啊和跟想要电手预订您你我他她有说请在])"
)
_WORD = r"[A-Z][a-z]+(?:[-'][A-Z]?[a-z]+)?"
_ENGLISH_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Madam)\.?\s+(?P<name>{_WORD}(?:\s+{_WORD}){{0,2}})"
)
_ENGLISH_INTRODUCED = re.compile(
    r"(?<![A-Za-z])(?i:my name is|my name's|name:|this is|call me|i am|i'm|it's|speak (?:to|with)|talk (?:to|with)"
    r"|ask for|meet(?:ing)? with|contact|on behalf of|guest(?: name)?(?: is|:)?)"
    rf"\s+(?P<name>{_WORD}(?:\s+{_WORD}){{0,2}})(?![A-Za-z])"
)
_NO_NAMES = frozenset(NO_NAMES)


def person_rule(text: str, name: str, priority: int) -> Iterator[Candidate]:
    """Values are the names as written, without a title."""
    for pattern, confidence in ((_TITLED, 0.8), (_INTRODUCED, 0.8), (_ENGLISH_TITLED, 0.9), (_ENGLISH_INTRODUCED, 0.7)):
        for match in pattern.finditer(text):
            if match["name"].split()[0] not in _NO_NAMES:
                yield Candidate(name, match["name"], *match.span("name"), "name", priority, confidence)
