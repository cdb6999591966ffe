"""What is said to an intent, as a flow: one an intent, since a flow here begins with what the user means."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from chatbot.exchange.conversion.context import OUR_OUTSIDE, OUTSIDE, Conversion
from chatbot.exchange.conversion.names import identifier
from chatbot.exchange.conversion.texts import Spoken, with_names, without_names
from chatbot.exchange.conversion.turns import Turn
from nlu.bilingual import Text
from nlu.exchange.bot import Mapped

_HANDS_OVER = re.compile(r"hand_?(off|over)|human|live_?agent|operator|转人工", re.IGNORECASE)
_HANDING_OVER = Text("One moment, I am passing you on to a colleague.", "好的，正在为您转接人工客服，请稍候。")


def answer_rules(conversion: Conversion) -> None:
    """Runs after the forms, which keep the intents that begin them, and before the stories: a rule always holds."""
    _answer_each(conversion, [turn for turns in conversion.rules for turn in turns if turn.is_first])


def answer_stories(conversion: Conversion) -> None:
    """Runs after the rules, which always hold, and the story forms, whose first question is no answer by itself."""
    _answer_each(conversion, [turn for turns in conversion.stories for turn in turns if turn.is_first])


def answer_retrieval(conversion: Conversion) -> None:
    """`faq/prices` is answered by `utter_faq/prices`.

    Runs after the rules and stories, which may answer it otherwise, and before what is said later: `faq` counts as
    answered then.
    """
    for name, response in conversion.bot.responses.items():
        intent = name.removeprefix("utter_")
        group, slash, _ = intent.partition("/")
        if slash and conversion.is_free(intent):
            answer(conversion, [intent], Turn((intent,), (name,), (), response.place))
            conversion.answered.setdefault(group, (f"utter_{group}",))


def answer_outside(conversion: Conversion) -> None:
    """What is said to everything that is outside of the bot, rather than to what was only not understood.

    It could run at any time before the follow-ups: no other pass makes a flow of such an intent.
    """
    for intent in OUTSIDE:
        found = [turn for turn in conversion.turns if intent in turn.intents and turn.says and not turn.loop]
        found = [turn for turn in found if turn.is_first] or found
        if found and OUR_OUTSIDE not in conversion.answered:
            says = Counter(turn.says for turn in found).most_common(1)[0][0]
            answer(conversion, [OUR_OUTSIDE], Turn((intent,), says, (), found[0].place))


def answer_later(conversion: Conversion) -> None:
    """An answer in the middle of stories stands by itself when all stories agree on it.

    Runs after all answers that begin a talk: those hold at any time.
    """
    stories = (turn for turns in conversion.stories for turn in turns)
    turns = [turn for turn in stories if not turn.is_first and not turn.loop]
    ways: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for turn in turns:
        for intent in turn.intents:
            ways[intent].add(() if turn.starts or turn.programs else turn.says)
    agreed = {intent for intent, says in ways.items() if len(says) == 1 and () not in says}
    _answer_each(conversion, [turn for turn in turns if not turn.ends and agreed.issuperset(turn.intents)])


def answer(conversion: Conversion, intents: Sequence[str], turn: Turn, *, after: Sequence[str] = ()) -> str:
    """The name of the flow that does what the turn does; "" where that is nothing."""
    spoken = conversion.texts.spoken(turn.says)
    flow: dict[str, object] = {"name": conversion.flow_name(intents[0]), "intents": list(intents)}
    flow |= {"after": list(after)} if after else {}
    if any(map(_HANDS_OVER.search, turn.programs)):
        language = conversion.language
        words = spoken.changed(without_names).first() or {language: _HANDING_OVER.in_language(language)}
        return conversion.add({**flow, "hand_over": words}, turn.place, says=turn.says)
    if spoken.texts:
        return conversion.add({**flow, **_saying(conversion, spoken, turn)}, turn.place, says=turn.says)
    return ""


def program_code(action: str) -> str:
    """What to say of a custom action."""
    return "hands_over" if _HANDS_OVER.search(action) else "needs_connector"


def _answer_each(conversion: Conversion, turns: Sequence[Turn]) -> None:
    """Of several ways in which an intent is answered, the commonest is taken; those answered alike share a flow."""
    by_intent: dict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        for intent in turn.intents:
            by_intent[intent].append(turn)
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for intent, given in by_intent.items():
        ways = Counter((turn.says, turn.programs) for turn in given if not turn.starts)
        if ways and conversion.is_free(intent):
            alike[ways.most_common(1)[0][0]].append(intent)
    for way, intents in alike.items():
        turn = next(turn for turn in by_intent[intents[0]] if (turn.says, turn.programs) == way)
        answer(conversion, intents, turn)


def _saying(conversion: Conversion, spoken: Spoken, turn: Turn) -> dict[str, object]:
    """A reply as it stands; or, when it repeats what the user said, one that picks that up."""
    responses = ", ".join(turn.says)
    known = {name: entity for name in spoken.names() if (entity := _entity_of(conversion, name))}
    if known and not spoken.quick_replies:
        if spoken.has_variants():
            conversion.notices.add(turn.place, "variants_left", name=responses)
        ours = {name: identifier(name) for name in known}
        return {
            "slots": [{"name": ours[name], "entity": entity} for name, entity in known.items()],
            "replies": {"success": spoken.changed(lambda text: with_names(text, ours, optional=True)).first()},
        }
    for name in spoken.names():
        conversion.notices.add(turn.place, "names_left", name=name, response=responses)
    plain = spoken.changed(without_names)
    said: dict[str, object] = {"say": plain.as_say()}
    return {**said, "quick_replies": plain.quick_replies} if plain.quick_replies else said


def _entity_of(conversion: Conversion, slot: str) -> str:
    """What finds the value of a slot in a message."""
    slots = conversion.bot.slots
    mappings = slots[slot].mappings if slot in slots else ()
    return conversion.wanted([*mappings, Mapped("entity", entity=slot)])
