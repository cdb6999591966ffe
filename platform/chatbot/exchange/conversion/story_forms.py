"""Slots that stories ask for one by one, as bots did before there were forms: also flows that collect slots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatbot.exchange.content import identifier
from chatbot.exchange.conversion.entities import EntityConversion
from chatbot.exchange.conversion.forms import AFFIRMING, FormConversion
from chatbot.exchange.conversion.texts import ResponseTexts, with_names
from chatbot.exchange.conversion.turns import Turn
from nlu.exchange.bot import ImportedBot, ImportedForm, Place

_ASKS = "utter_ask_"


@dataclass(frozen=True, slots=True)
class StoryForm:
    """`places` are the turns that the flow holds."""

    intent: str
    flow: dict[str, object]
    place: Place
    places: frozenset[Place]


@dataclass(frozen=True, slots=True)
class _Course:
    """How one story goes on from an intent: `given` with it, `asked` in order, confirmed by `confirm`, then `end`."""

    given: tuple[str, ...]
    asked: tuple[str, ...]
    confirm: tuple[str, ...]
    end: Turn | None
    turns: tuple[Turn, ...]


class StoryForms:
    """Reads courses out of stories; an intent needs one in which a slot is asked for and then given."""

    def __init__(
        self, bot: ImportedBot, entities: EntityConversion, texts: ResponseTexts, forms: FormConversion
    ) -> None:
        self._bot = bot
        self._entities = entities
        self._texts = texts
        self._forms = forms

    def find(self, stories: Sequence[Sequence[Turn]], is_free: Callable[[str], bool]) -> list[StoryForm]:
        """One for each intent that is free and starts such courses."""
        asking = [
            (turn, following)
            for turns in stories
            for turn, following in pairwise(turns)
            if (slot := self._asked(turn)) and slot in following.slots
        ]
        answers = {intent for _, following in asking for intent in following.intents}
        starting = dict.fromkeys(
            intent for turn, _ in asking for intent in turn.intents if intent not in answers and is_free(intent)
        )
        made = (self._form(intent, stories, frozenset(starting)) for intent in starting)
        return [form for form in made if form is not None]

    def _form(self, intent: str, stories: Sequence[Sequence[Turn]], starting: frozenset[str]) -> StoryForm | None:
        courses = [
            self._course(turns[index:], starting)
            for turns in stories
            for index, turn in enumerate(turns)
            if intent in turn.intents
        ]
        asked = tuple(dict.fromkeys(slot for course in courses for slot in course.asked))
        whole = [course for course in courses if course.end is not None]
        if not whole or 2 * sum(bool(course.asked or course.confirm) for course in courses) < len(courses):
            return None
        place = courses[0].turns[0].place
        end = next((course.end for course in whole if course.end and course.end.says), None)
        submit = self._texts.spoken(end.says) if end else None
        flow = self._forms.flows(ImportedForm(intent, asked, place), [intent], submit)[0]
        known = {slot: identifier(slot) for slot in asked}
        confirm = next((course.confirm for course in whole if course.confirm), ())
        said = self._texts.spoken(confirm).changed(lambda text: with_names(text, known)).first() if confirm else {}
        if said:
            flow["confirm"] = said
        flow["slots"] = [*self._slots_of(flow), *self._given(courses, asked)]
        places = frozenset(turn.place for course in courses for turn in course.turns)
        return StoryForm(intent, flow, place, places)

    def _course(self, turns: Sequence[Turn], starting: frozenset[str]) -> _Course:
        asked: list[str] = []
        index = 0
        while (slot := self._asked(turns[index])) and index + 1 < len(turns):
            if starting & set(turns[index + 1].intents):
                break  # the user turns to something else
            asked.append(slot)
            index += 1
        if self._asked(turns[index]):
            return _Course(turns[0].slots, tuple(asked), (), None, tuple(turns[: index + 1]))
        confirm: tuple[str, ...] = ()
        following = turns[index + 1] if index + 1 < len(turns) else None
        if turns[index].says and "confirm" in turns[index].says[-1] and following and _affirms(following):
            confirm, index = turns[index].says[-1:], index + 1
        return _Course(turns[0].slots, tuple(asked), confirm, turns[index], tuple(turns[: index + 1]))

    def _asked(self, turn: Turn) -> str:
        """The slot that the turn's last words ask for."""
        name = turn.says[-1].removeprefix(_ASKS) if turn.says and turn.says[-1].startswith(_ASKS) else ""
        return name if name in self._bot.slots or name in self._bot.entities else ""

    def _given(self, courses: Sequence[_Course], asked: Sequence[str]) -> list[dict[str, object]]:
        """Slots that come with the intent and are never asked for."""
        names = dict.fromkeys(slot for course in courses for slot in course.given if slot not in asked)
        entities = {name: self._entities.names.get(name, "") for name in names}
        return [
            {"name": identifier(name), "entity": entity}
            for name, entity in entities.items()
            if entity in self._entities.definitions
        ]

    @staticmethod
    def _slots_of(flow: dict[str, object]) -> list[object]:
        slots = flow["slots"]
        return list(slots) if isinstance(slots, list) else []


def _affirms(turn: Turn) -> bool:
    return any(AFFIRMING.search(intent) for intent in turn.intents)
