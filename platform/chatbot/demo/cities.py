"""The places that the demo backend knows: Chinese name, English name, country in both, position, time zone."""

from __future__ import annotations

from dataclasses import dataclass

_TABLE = """
北京|Beijing|中国|China|39.9075|116.39723|Asia/Shanghai
上海|Shanghai|中国|China|31.22222|121.45806|Asia/Shanghai
广州|Guangzhou|中国|China|23.11667|113.25|Asia/Shanghai
深圳|Shenzhen|中国|China|22.54554|114.0683|Asia/Shanghai
杭州|Hangzhou|中国|China|30.29365|120.16142|Asia/Shanghai
南京|Nanjing|中国|China|32.06167|118.77778|Asia/Shanghai
苏州|Suzhou|中国|China|31.30408|120.59538|Asia/Shanghai
成都|Chengdu|中国|China|30.66667|104.06667|Asia/Shanghai
重庆|Chongqing|中国|China|29.56026|106.55771|Asia/Shanghai
武汉|Wuhan|中国|China|30.58333|114.26667|Asia/Shanghai
西安|Xi'an|中国|China|34.25833|108.92861|Asia/Shanghai
天津|Tianjin|中国|China|39.14222|117.17667|Asia/Shanghai
青岛|Qingdao|中国|China|36.06488|120.38042|Asia/Shanghai
大连|Dalian|中国|China|38.91222|121.60222|Asia/Shanghai
沈阳|Shenyang|中国|China|41.79222|123.43278|Asia/Shanghai
哈尔滨|Harbin|中国|China|45.75|126.65|Asia/Shanghai
长春|Changchun|中国|China|43.88|125.32278|Asia/Shanghai
济南|Jinan|中国|China|36.66833|116.99722|Asia/Shanghai
郑州|Zhengzhou|中国|China|34.75778|113.64861|Asia/Shanghai
长沙|Changsha|中国|China|28.19874|112.97087|Asia/Shanghai
厦门|Xiamen|中国|China|24.47979|118.08187|Asia/Shanghai
福州|Fuzhou|中国|China|26.06139|119.30611|Asia/Shanghai
昆明|Kunming|中国|China|25.03889|102.71833|Asia/Shanghai
贵阳|Guiyang|中国|China|26.58333|106.71667|Asia/Shanghai
南宁|Nanning|中国|China|22.81667|108.31667|Asia/Shanghai
海口|Haikou|中国|China|20.04583|110.34167|Asia/Shanghai
三亚|Sanya|中国|China|18.24306|109.505|Asia/Shanghai
兰州|Lanzhou|中国|China|36.05701|103.83987|Asia/Shanghai
西宁|Xining|中国|China|36.62554|101.75739|Asia/Shanghai
乌鲁木齐|Urumqi|中国|China|43.80096|87.60046|Asia/Urumqi
拉萨|Lhasa|中国|China|29.65|91.1|Asia/Shanghai
合肥|Hefei|中国|China|31.86389|117.28083|Asia/Shanghai
南昌|Nanchang|中国|China|28.68396|115.85306|Asia/Shanghai
太原|Taiyuan|中国|China|37.86944|112.56028|Asia/Shanghai
石家庄|Shijiazhuang|中国|China|38.04139|114.47861|Asia/Shanghai
呼和浩特|Hohhot|中国|China|40.81056|111.65222|Asia/Shanghai
银川|Yinchuan|中国|China|38.46806|106.27306|Asia/Shanghai
宁波|Ningbo|中国|China|29.87819|121.54945|Asia/Shanghai
无锡|Wuxi|中国|China|31.56887|120.28857|Asia/Shanghai
珠海|Zhuhai|中国|China|22.27694|113.56778|Asia/Shanghai
香港|Hong Kong|中国|China|22.27832|114.17469|Asia/Hong_Kong
澳门|Macao|中国|China|22.20056|113.54611|Asia/Macau
台北|Taipei|中国|China|25.04776|121.53185|Asia/Taipei
东京|Tokyo|日本|Japan|35.6895|139.69171|Asia/Tokyo
大阪|Osaka|日本|Japan|34.69379|135.50107|Asia/Tokyo
首尔|Seoul|韩国|South Korea|37.566|126.9784|Asia/Seoul
新加坡|Singapore|新加坡|Singapore|1.28967|103.85007|Asia/Singapore
曼谷|Bangkok|泰国|Thailand|13.75398|100.50144|Asia/Bangkok
吉隆坡|Kuala Lumpur|马来西亚|Malaysia|3.1412|101.68653|Asia/Kuala_Lumpur
新德里|New Delhi|印度|India|28.63576|77.22445|Asia/Kolkata
孟买|Mumbai|印度|India|19.07283|72.88261|Asia/Kolkata
迪拜|Dubai|阿联酋|United Arab Emirates|25.07725|55.30927|Asia/Dubai
悉尼|Sydney|澳大利亚|Australia|-33.86785|151.20732|Australia/Sydney
墨尔本|Melbourne|澳大利亚|Australia|-37.814|144.96332|Australia/Melbourne
伦敦|London|英国|United Kingdom|51.50853|-0.12574|Europe/London
巴黎|Paris|法国|France|48.85341|2.3488|Europe/Paris
柏林|Berlin|德国|Germany|52.52437|13.41053|Europe/Berlin
慕尼黑|Munich|德国|Germany|48.13743|11.57549|Europe/Berlin
罗马|Rome|意大利|Italy|41.89193|12.51133|Europe/Rome
马德里|Madrid|西班牙|Spain|40.4165|-3.70256|Europe/Madrid
阿姆斯特丹|Amsterdam|荷兰|The Netherlands|52.37403|4.88969|Europe/Amsterdam
莫斯科|Moscow|俄罗斯|Russia|55.75222|37.61556|Europe/Moscow
开罗|Cairo|埃及|Egypt|30.06263|31.24967|Africa/Cairo
纽约|New York|美国|United States|40.71427|-74.00597|America/New_York
旧金山|San Francisco|美国|United States|37.77493|-122.41942|America/Los_Angeles
洛杉矶|Los Angeles|美国|United States|34.05223|-118.24368|America/Los_Angeles
西雅图|Seattle|美国|United States|47.60621|-122.33207|America/Los_Angeles
芝加哥|Chicago|美国|United States|41.85003|-87.65005|America/Chicago
波士顿|Boston|美国|United States|42.35843|-71.05977|America/New_York
多伦多|Toronto|加拿大|Canada|43.70643|-79.39864|America/Toronto
温哥华|Vancouver|加拿大|Canada|49.24966|-123.11934|America/Vancouver
墨西哥城|Mexico City|墨西哥|Mexico|19.42847|-99.12766|America/Mexico_City
圣保罗|São Paulo|巴西|Brazil|-23.5475|-46.63611|America/Sao_Paulo
"""


@dataclass(frozen=True, slots=True)
class City:
    """One place. `number` is its stable id in answers."""

    number: int
    zh: str
    en: str
    country_zh: str
    country_en: str
    latitude: float
    longitude: float
    timezone: str

    def answers_to(self, name: str) -> bool:
        """Whether `name`, in either language and with or without 市, means this place."""
        wanted = _plain(name).removesuffix("市")
        return wanted in (self.zh, _plain(self.en))


def cities() -> tuple[City, ...]:
    """All of them."""
    rows = (line.split("|") for line in _TABLE.strip().splitlines())
    return tuple(
        City(number, zh, en, country_zh, country_en, float(latitude), float(longitude), timezone)
        for number, (zh, en, country_zh, country_en, latitude, longitude, timezone) in enumerate(rows, 1)
    )


def _plain(name: str) -> str:
    return name.strip().lower().replace("'", "").replace("ã", "a").replace(" ", "")
