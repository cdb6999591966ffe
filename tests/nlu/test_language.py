"""One detector for what is asked and for what answers it, so that a message finds the FAQ of the same words."""

from __future__ import annotations

import pytest

from nlu.language import detect_language

CHINESE = (
    "今天北京天气怎么样?",
    "年假有几天?",
    "王芳是谁？",
    "臺北天氣",
    "資料庫連線失敗",
    "𠮷野家",
    "北京",
    "？？",
    "。",
    "東京の天気",  # Japanese and Korean are not told apart from what they are written with
    # with words of the other language
    "帮我 reset 一下 password",
    "明天上海的weather怎么样",
    "我的 iPhone 15 Pro Max 坏了",
    "iPhone 15 Pro Max 怎么退货",
    "Microsoft Office 365 怎么激活",
    "VPN password 忘了",
    "API key 在哪",
    "Teams 会议怎么录制?",
    "我想订 New York 的酒店",
    "把 meeting 改到 Friday",
    "请把 invoice 发给 John Smith",
    "Who moved my cheese 这本书有吗",
    "hello 你好",
    # with codes and addresses
    "订单A10023",
    "A10023 到哪了",
    "我要退货 https://shop.example.com/orders/list-all/of-my/recent?page=one",
    "退货见https://shop.example.com/help/returns/how-to/send-it-back",
    "我的邮箱是first.last@mail.example.com",
    # of documents
    "Stop 语句\n停止执行 Basic 程序。\n语法:\nStop\n示例:\nSub ExampleStop\nDim iVar As Single\nStop\nEnd Sub",
    "第三条 员工使用 SAP ERP、Microsoft Teams 与 Visual Studio Code 须经 IT Service Desk 批准。",
)
ENGLISH = (
    "How do I reset my password?",
    "How many days of leave?",
    "Beijing",
    "ABC-1",
    "Bonjour",
    # with words of the other language
    "Who is 王芳?",
    "Who is 王芳 in the sales team?",
    "Is 张伟 in the office?",
    "Weather in 北京",
    "Where is 王府井 in Beijing?",
    "How do I get to 西湖 from 杭州东站?",
    "What does 缘分 mean?",
    "How do I write 谢谢 in English?",
    "Is the 年假 policy the same for interns?",
    "Send this to 李娜 please",
    "book a table at 海底捞",
    # of documents
    "The Shanghai office (上海市浦东新区) handles all claims of customers in the region.",
)


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_with_names_and_words_of_english_is_chinese(text: str) -> None:
    assert detect_language(text) == "zh"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_with_names_and_words_of_chinese_is_english(text: str) -> None:
    assert detect_language(text, default="zh") == "en"


@pytest.mark.parametrize("text", ["", "   ", "12345", "😀", "😀 123", "!!!", "\ud800", "안녕하세요"])
def test_a_text_without_words_has_the_default_language(text: str) -> None:
    assert detect_language(text) == "en"
    assert detect_language(text, default="zh") == "zh"
