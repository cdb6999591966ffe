"""Names of cities that are part of another word: 北京时间, 罗马尼亚, "Washington Post", 上海 between 线 and 外购."""

from __future__ import annotations

import re

import rjieba

_NEIGHBOURHOOD = 12  # characters on either side that decide where words end
_ROAD = r"[东西南北中]?(?:[一二三四五]?路(?=$|[\d\s,.!?号和与的有在到口店站步那这离怎附周])|大道|大街(?!小巷)|胡同)"
_HOUR = r"(?:凌晨|早上|上午|中午|下午|晚上)?\s?[\d一二三四五六七八九十两]{1,3}\s?[点:时]"
_BEHIND_CHINESE = re.compile(rf"{_ROAD}|时间(?=\s?{_HOUR})|航空(?![港口展])")
_CHINESE = re.compile(
    r"北京(?:时间(?![来够不紧充允太])|烤鸭)|兰州(?:拉面|牛肉面)|扬州炒饭|重庆小面|桂林米粉|(?:青岛|哈尔滨)啤酒"
    r"|大理石|马赛[克曲]|罗马(?:尼亚|数字|字|柱|仕|帝国)|雅典娜|上海滩|香港脚|西安事变|洛阳(?:铲|纸贵)|南京(?:条约|大屠杀)"
    r"|华盛顿邮报|纽约(?:时报|客)|伦敦金|巴黎(?:水|世家|欧莱雅)|大同小异|万象(?:更新|城)|金边(?:眼镜|手机|相框|饰|绿萝|吊兰)"
)
_SAYING = re.compile(r"(?:(?:[出入夸]|夸下)海口|包罗万象|(?:世界|天下)大同)$")
_TO_OPEN_BEFORE = re.compile(r"(?:[未已没刚才否不即]|已经|没有|商品|产品|包装)$")
_TO_OPEN_AFTER = re.compile(r"了|过|后(?!天)|前(?!天)|[即使检验试食退]")
_TO_GO = re.compile(r"[到去在从回来往飞离]$")
_BEFORE_A_CITY = frozenset("大小老新从去到在往飞")  # 老北京 is still the city, and 从金 no word in 从金华出发
_BEHIND_ENGLISH = re.compile(
    r"\s+(?:(?:(?:East|West|North|South|Middle)\s+)?(?:Road|Rd|Street|Avenue|Ave|Lane|Drive|Boulevard|Blvd|St(?=\.?[,!?]?\s*$))"
    r"|Airlines|Airways|Hilton|Saint-Germain)(?![A-Za-z])"
)
_ENGLISH = re.compile(
    r"(?:New York Times|Washington Post|Boston (?:Globe|Dynamics)|Chicago Tribune|Manchester United"
    r"|(?i:beijing time|lima beans?|wellington boots?|portland cement|paris agreement|geneva convention|kyoto protocol"
    r"))(?![A-Za-z])"
)
_ZONE = re.compile(r"\s+time(?![A-Za-z])", re.IGNORECASE)
_CLOCK = re.compile(r"(?:\d|[ap]\.?m\.?|o'?clock|noon|midnight),?\s+$", re.IGNORECASE)
_SCENT = re.compile(
    r"(?:^|\s)(?:a|an|the|this|that|some|any|my|your|of|sell|buy|wear|(?:wo)?men'?s)\s+$", re.IGNORECASE
)


def is_other_word(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], spelt like a city, is clearly something else; where it may be the city it is."""
    if text[start] > "\u2fff":
        return _is_other_chinese(text, start, end)
    name, before = text[start:end], text[max(0, start - _NEIGHBOURHOOD) : start]
    if name == "cologne":
        return _SCENT.search(before) is not None
    if _BEHIND_ENGLISH.match(text, end) or _ENGLISH.match(text, start):
        return True
    return bool(_ZONE.match(text, end) and _CLOCK.search(before))


def _is_other_chinese(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _NEIGHBOURHOOD) : start]
    if text[start:end] == "开封" and not _TO_GO.search(before):  # to open a parcel
        return bool(_TO_OPEN_BEFORE.search(before) or _TO_OPEN_AFTER.match(text, end))
    if _BEHIND_CHINESE.match(text, end) or _CHINESE.match(text, start) or _SAYING.search(before + text[start:end]):
        return True
    at, cut_in_two = start - len(before), False
    for word in rjieba.cut(text[at : end + _NEIGHBOURHOOD]):
        stop = at + len(word)
        # Two words that meet in the name, as 江西 and 安装 do. One alone says little: 昆明天气 is cut as 昆, 明天, 气.
        if cut_in_two and stop > end:
            return rjieba.has_word(word)
        cut_in_two = at < start < stop < end and text[at] not in _BEFORE_A_CITY and rjieba.has_word(word)
        at = stop
    return False
