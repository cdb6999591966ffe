"""Training sentences of a small shop's bot."""

from __future__ import annotations

from nlu.understanding import Example

SENTENCES = {
    "weather": (
        ["今天天气怎么样", "明天会下雨吗", "北京天气如何", "上海明天天气", "外面下雨了吗", "查一下天气预报"],
        ["what is the weather like", "will it rain tomorrow", "weather in London", "is it raining outside",
         "tell me the weather forecast", "how is the weather today"],
    ),
    "order_status": (
        ["我的订单到哪了", "查一下订单", "我的包裹在哪", "订单什么时候到", "包裹还没收到", "订单发货了吗"],
        ["where is my order", "track my parcel", "when will my order arrive", "has my order shipped",
         "order status please", "my parcel has not arrived"],
    ),
    "goodbye": (
        ["再见", "拜拜", "下次再见", "我走了再见", "回头见", "那就再见吧"],
        ["goodbye", "bye bye", "see you later", "goodbye for now", "bye then", "see you tomorrow"],
    ),
}  # fmt: skip


def shop_examples(*languages: str) -> list[Example]:
    """Of both languages unless told."""
    wanted = languages or ("zh", "en")
    return [
        Example(text, intent, language)
        for intent, pair in SENTENCES.items()
        for language, texts in zip(("zh", "en"), pair, strict=True)
        if language in wanted
        for text in texts
    ]
