"""Messages that mean the same come together; the others stay apart."""

from __future__ import annotations

from knowledge.embedders.routed import RoutedEmbedder
from nlu.intents.training import train_model
from nlu.measuring.clustering import Message, cluster, nearest_intent
from nlu.vectors import Encoders
from tests.nlu.encoders import HashingEncoder
from tests.nlu.examples import shop_examples


def said(*texts: str, language: str) -> list[Message]:
    return [Message(f"{language}{number}", text, language) for number, text in enumerate(texts)]


def test_messages_of_one_meaning_make_a_cluster_in_each_language(encoder: RoutedEmbedder) -> None:
    invoices = said("发票怎么开", "我要开发票", "能开电子发票吗", "给我开一张发票", language="zh")
    parking = said("where can I park my car", "is there parking nearby", "do you have a car park", language="en")
    alone = [Message("x", "do you sell gift cards", "en"), Message("y", "老板是谁", "zh")]
    found = cluster([*invoices, *parking, *alone], Encoders(encoder))
    assert [{message.id for message in each.messages} for each in found] == [
        {message.id for message in invoices},
        {message.id for message in parking},
    ]
    assert [each.language for each in found] == ["zh", "en"]
    assert found[0].title in {message.text for message in invoices}


def test_the_same_words_in_other_spelling_are_one_meaning() -> None:
    messages = said("Refund please", "refund please!!", "REFUND PLEASE", language="en")
    (found,) = cluster(messages, Encoders(HashingEncoder()))
    assert len(found.messages) == 3


def test_a_message_alone_is_no_cluster_and_nothing_makes_none() -> None:
    encoders = Encoders(HashingEncoder())
    assert cluster([], encoders) == []
    assert cluster(said("only me", language="en"), encoders) == []
    assert cluster(said("!!!", "???", "🙂", language="en"), encoders) == []


def test_the_same_messages_give_the_same_clusters() -> None:
    messages = said(*[f"question {number % 7} about {number % 5}" for number in range(60)], language="en")
    first, second = (cluster(messages, Encoders(HashingEncoder())) for _ in range(2))
    assert [each.messages for each in first] == [each.messages for each in second]


def test_a_cluster_near_an_intent_gets_it_as_a_suggestion(encoder: RoutedEmbedder) -> None:
    model = train_model(shop_examples(), Encoders(encoder))
    near, far = cluster(
        [
            *said("my parcel still is not here", "the parcel has not come yet", "no parcel arrived", language="en"),
            *said("我想应聘", "你们还招人吗，我想应聘", language="zh"),
        ],
        Encoders(encoder),
    )
    names = model.intents
    assert nearest_intent(near.centre, model.landmarks["en"], names, among=names) == "order_status"
    assert nearest_intent(near.centre, model.landmarks["en"], names, among={"weather"}) is None, "not one to be named"
    assert nearest_intent(far.centre, model.landmarks["zh"], names, among=names) is None
