"""Cities that people ask about: one name each for machines, both languages' names for people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from nlu.candidate import Recogniser
from nlu.entities.names.city_lookalikes import is_other_word
from nlu.entities.names.fuzzy import FuzzyNames
from nlu.entities.names.gazetteer import Gazetteer
from nlu.entities.names.homophones import Homophones
from nlu.entities.names.named_places import NamedByEnding

# English name | Chinese name | other spellings. The English name is the entity's value.
_TABLE = """
Beijing|北京|Peking|帝都|京城
Shanghai|上海|魔都
Guangzhou|广州|Canton
Shenzhen|深圳|鹏城
Tianjin|天津
Chongqing|重庆|Chungking|山城重庆
Hangzhou|杭州
Nanjing|南京|Nanking
Suzhou|苏州
Wuxi|无锡
Changzhou|常州
Nantong|南通
Xuzhou|徐州
Yangzhou|扬州
Zhenjiang|镇江
Ningbo|宁波
Wenzhou|温州
Shaoxing|绍兴
Jiaxing|嘉兴
Huzhou|湖州
Jinhua|金华
Yiwu|义乌
Taizhou|台州
Zhoushan|舟山
Chengdu|成都|蓉城
Mianyang|绵阳
Leshan|乐山
Wuhan|武汉
Yichang|宜昌
Xiangyang|襄阳
Xi'an|西安|Xian|Sian
Xianyang|咸阳
Yan'an|延安|Yanan
Changsha|长沙
Zhuzhou|株洲
Zhangjiajie|张家界
Zhengzhou|郑州
Luoyang|洛阳
Kaifeng|开封
Jinan|济南
Qingdao|青岛|Tsingtao
Yantai|烟台
Weihai|威海
Weifang|潍坊
Linyi|临沂
Zibo|淄博
Shenyang|沈阳
Dalian|大连
Harbin|哈尔滨|冰城
Changchun|长春
Jilin City|吉林市
Qiqihar|齐齐哈尔
Daqing|大庆
Shijiazhuang|石家庄
Tangshan|唐山
Qinhuangdao|秦皇岛
Baoding|保定
Handan|邯郸
Taiyuan|太原
Datong|大同
Hohhot|呼和浩特
Baotou|包头
Ordos|鄂尔多斯
Hefei|合肥
Wuhu|芜湖
Huangshan|黄山市
Fuzhou|福州
Xiamen|厦门|Amoy
Quanzhou|泉州
Zhangzhou|漳州
Nanchang|南昌
Ganzhou|赣州
Jingdezhen|景德镇
Jiujiang|九江
Dongguan|东莞
Foshan|佛山
Zhuhai|珠海
Zhongshan|中山市
Huizhou|惠州
Shantou|汕头
Zhanjiang|湛江
Nanning|南宁
Guilin|桂林
Liuzhou|柳州
Beihai|北海市
Haikou|海口
Sanya|三亚
Kunming|昆明|春城
Dali|大理
Lijiang|丽江
Guiyang|贵阳
Zunyi|遵义
Lhasa|拉萨
Lanzhou|兰州
Dunhuang|敦煌
Xining|西宁
Yinchuan|银川
Urumqi|乌鲁木齐|Wulumuqi|Ürümqi
Kashgar|喀什|Kashi
Turpan|吐鲁番
Hong Kong|香港|Hongkong|HK
Macau|澳门|Macao
Taipei|台北|臺北
Kaohsiung|高雄
Taichung|台中
Tainan|台南
Tokyo|东京
Osaka|大阪
Kyoto|京都
Sapporo|札幌
Fukuoka|福冈
Nagoya|名古屋
Yokohama|横滨
Seoul|首尔|汉城
Busan|釜山
Pyongyang|平壤
Ulaanbaatar|乌兰巴托|Ulan Bator
Singapore|新加坡|狮城
Kuala Lumpur|吉隆坡
Penang|槟城
Bangkok|曼谷
Chiang Mai|清迈
Phuket|普吉|普吉岛
Hanoi|河内
Ho Chi Minh City|胡志明市|Saigon|西贡
Phnom Penh|金边
Vientiane|万象
Yangon|仰光|Rangoon
Manila|马尼拉
Jakarta|雅加达
Denpasar|登巴萨|Bali|巴厘岛
Delhi|德里|New Delhi|新德里
Mumbai|孟买|Bombay
Bangalore|班加罗尔|Bengaluru
Chennai|金奈|Madras
Kolkata|加尔各答|Calcutta
Kathmandu|加德满都
Dhaka|达卡
Colombo|科伦坡
Karachi|卡拉奇
Islamabad|伊斯兰堡
Dubai|迪拜
Abu Dhabi|阿布扎比
Doha|多哈
Riyadh|利雅得
Tehran|德黑兰
Baghdad|巴格达
Jerusalem|耶路撒冷
Tel Aviv|特拉维夫
Istanbul|伊斯坦布尔
Ankara|安卡拉
Moscow|莫斯科
Saint Petersburg|圣彼得堡|St Petersburg|St. Petersburg
Vladivostok|符拉迪沃斯托克|海参崴
Almaty|阿拉木图
Tashkent|塔什干
London|伦敦
Manchester|曼彻斯特
Edinburgh|爱丁堡
Birmingham|伯明翰
Dublin|都柏林
Paris|巴黎
Lyon|里昂
Marseille|马赛
Berlin|柏林
Munich|慕尼黑|München
Hamburg|汉堡市
Frankfurt|法兰克福
Cologne|科隆|Köln
Amsterdam|阿姆斯特丹
Rotterdam|鹿特丹
Brussels|布鲁塞尔
Zurich|苏黎世|Zürich
Geneva|日内瓦
Vienna|维也纳|Wien
Prague|布拉格
Budapest|布达佩斯
Warsaw|华沙
Madrid|马德里
Barcelona|巴塞罗那
Lisbon|里斯本
Rome|罗马
Milan|米兰
Venice|威尼斯
Florence|佛罗伦萨
Athens|雅典
Stockholm|斯德哥尔摩
Oslo|奥斯陆
Copenhagen|哥本哈根
Helsinki|赫尔辛基
Reykjavik|雷克雅未克
Kyiv|基辅|Kiev
Cairo|开罗
Cape Town|开普敦
Johannesburg|约翰内斯堡
Nairobi|内罗毕
Lagos|拉各斯
Casablanca|卡萨布兰卡
Addis Ababa|亚的斯亚贝巴
New York|纽约|New York City|NYC
Los Angeles|洛杉矶
San Francisco|旧金山|三藩市
San Diego|圣迭戈|圣地亚哥市
San Jose|圣何塞
Seattle|西雅图
Portland|波特兰
Las Vegas|拉斯维加斯
Chicago|芝加哥
Boston|波士顿
Philadelphia|费城
Washington|华盛顿|Washington DC|Washington D.C.
Miami|迈阿密
Orlando|奥兰多
Atlanta|亚特兰大
Houston|休斯敦|休斯顿
Dallas|达拉斯
Austin|奥斯汀
Denver|丹佛
Detroit|底特律
Honolulu|檀香山|火奴鲁鲁
Vancouver|温哥华
Toronto|多伦多
Montreal|蒙特利尔
Ottawa|渥太华
Calgary|卡尔加里
Mexico City|墨西哥城
Havana|哈瓦那
Bogota|波哥大
Lima|利马
Santiago|圣地亚哥
Buenos Aires|布宜诺斯艾利斯
Sao Paulo|圣保罗|São Paulo
Rio de Janeiro|里约热内卢|里约
Sydney|悉尼|雪梨市
Melbourne|墨尔本
Brisbane|布里斯班
Perth|珀斯
Adelaide|阿德莱德
Canberra|堪培拉
Auckland|奥克兰
Wellington|惠灵顿
"""


@lru_cache(maxsize=1)
def _rows() -> dict[str, tuple[str, ...]]:
    """English name to its other names, the Chinese one first."""
    table: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.strip().splitlines():
        english, *others = line.split("|")
        table[english] = tuple(others)
    return table


@lru_cache(maxsize=16)
def city_recognisers(name: str, *, priority: int) -> Sequence[Recogniser]:
    """Values are English names: "北京", "Peking" and "Bejing" are "Beijing"; a city of no list is as it was written."""
    listed = _gazetteer(name, priority)
    return (
        listed,
        FuzzyNames(name, listed.spellings, priority=priority - 11, in_context=True),
        Homophones(name, listed.spellings, priority=priority - 12),
        NamedByEnding(name, "city", priority=priority - 13),
    )


def _gazetteer(name: str, priority: int) -> Gazetteer:
    values = {
        english: [*others, *(f"{other}市" for other in others[:1] if not other.endswith("市"))]
        for english, others in _rows().items()
    }
    return Gazetteer(name, values, source="gazetteer", priority=priority, unless=is_other_word)


def display_name(city: str, language: str) -> str:
    """The name to show for an entity's value; a city unknown to the table is shown as it is."""
    others = _rows().get(city)
    if language != "zh" or not others:
        return city
    return others[0]
