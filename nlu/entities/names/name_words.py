"""Word lists of the light rules for names."""

from __future__ import annotations


def listed(words: str) -> tuple[str, ...]:
    """Words between white space."""
    return tuple(words.split())


PLACE_ENDS = listed("""
市 县 省 州 镇 乡 村 区 路 街 大街 大道 胡同 大厦 广场 机场 火车站 高铁站 地铁站 车站 站
公园 博物馆 体育馆 图书馆 码头 港 桥 山 湖 岛 寺 故居 景区
""")
ORGANISATION_ENDS = listed("""
公司 集团 银行 大学 学院 中学 小学 医院 研究院 研究所 事务所 协会 基金会 委员会 出版社
电视台 报社 工厂 酒店 饭店 俱乐部 法院 派出所
""")
CITY_ENDS = ("市", "县")
# Chinese words that end like a name and are none.
COMMON_ENDINGS = listed("""
超市 城市 股市 夜市 门市 上市 全市 本市 都市 集市 菜市 直辖市 地级市 县城市 大城市 小城市
地区 小区 社区 市区 郊区 山区 景区 园区 校区 时区 专区 灾区 分区
道路 马路 公路 铁路 网路 思路 出路 一路 逛街 上街 大街 网站 车站 本站 全省 节省 外省 本省
农村 乡村 江山 火山 爬山 下山 香港 公司 分公司 子公司 总公司 贵公司 集团 银行 大学 学院 医院
酒店 饭店 公园 机场 火车站 地铁站 高铁站 博物馆 图书馆
""")
# Chinese words that are no part of the name after them.
BEFORE_NAMES = listed("""
的 在 去 到 从 往 是 和 跟 与 这 那 哪 查 问 我 你 他 她 您 有 个 家 了 吗 请 帮 离
一下 这个 那个 哪个 附近
""")
# Capitalised English words that are neither a person nor a city.
NO_NAMES = listed("""
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July
August September October November December Spring Summer Autumn Winter Christmas Easter
English Chinese Mandarin American British French German Spanish Japanese Korean
Interested Looking Sorry Happy Support Sales Customer Service Human Agent Trying Having
Excel Word Python Java Settings Mr Mrs Ms Dr The This That Not From My Your Our
""")
