"""What an imported bot answers, as flows: one an intent, since a flow here begins with what the user means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chatbot.exchange.content import identifier
from chatbot.exchange.conversion.entities import EntityConversion
from chatbot.exchange.conversion.follow_ups import FollowUps, MadeFlow
from chatbot.exchange.conversion.forms import FormConversion
from chatbot.exchange.conversion.story_forms import StoryForms
from chatbot.exchange.conversion.texts import ResponseTexts, Spoken, with_names, without_names
from chatbot.exchange.conversion.turns import Turn, joined_at_checkpoints, turns_of
from dialogue.flow import parse_flow
from dialogue.flow_faults import FlowInvalid
from nlu.exchange.bot import ImportedBot, Mapped, Place
from nlu.exchange.report import Notices

OUR_OUTSIDE = "out_of_scope"
OUTSIDE = (OUR_OUTSIDE, "oos", "nlu_fallback")
_HANDS_OVER = re.compile(r"hand_?(off|over)|human|live_?agent|operator|转人工", re.IGNORECASE)
_HANDING_OVER = {"en": "One moment, I am passing you on to a colleague.", "zh": "好的，正在为您转接人工客服，请稍候。"}


class FlowConversion:
    """`flows` in the order they were made; each has passed `parse_flow`."""

    def __init__(
        self,
        bot: ImportedBot,
        entities: EntityConversion,
        texts: ResponseTexts,
        languages: Sequence[str],
        notices: Notices,
    ) -> None:
        self._bot = bot
        self._entities = entities
        self._texts = texts
        self._languages = languages
        self._notices = notices
        self._forms = FormConversion(bot, entities, texts, languages, notices)
        self._taught = {example.intent for example in bot.examples}
        self.flows: list[dict[str, object]] = []
        self._answered: dict[str, tuple[str, ...]] = {}  # intent to what its flow says
        self._started: dict[str, str] = {}  # intent to the form its flow is
        self._held: set[Place] = set()  # turns that are steps of a flow
        self._made: list[MadeFlow] = []  # beside `flows`
        self._submit: dict[str, Spoken | None] = {}  # what forms say at their end

    def convert(self) -> None:
        ruled = [list(turns_of(rule, self._bot)) for rule in self._bot.rules]
        rules = [turn for turns in ruled for turn in turns]
        told = [list(turns_of(story, self._bot)) for story in joined_at_checkpoints(self._bot.stories)]
        stories = [turn for turns in told for turn in turns]
        self._convert_forms([*rules, *stories])
        self._convert_answers([turn for turn in rules if turn.is_first])
        self._convert_story_forms(told)
        self._convert_answers([turn for turn in stories if turn.is_first])
        self._convert_retrieval()
        self._convert_refusal([*rules, *stories])
        self._convert_later([turn for turn in stories if not turn.is_first and not turn.loop])
        follow_ups = FollowUps(self._made, self._is_known, self._add_follow_up, held=self._held)
        for turns in [*told, *ruled]:
            follow_ups.follow(turns)
        self._held |= follow_ups.held
        begun = {made.form for made in self._made}
        for form in self._bot.forms.values():
            if form.name not in begun:
                self._notices.add(form.place, "form_never_started" if form.slots else "form_empty", name=form.name)
        for turn in dict.fromkeys([*rules, *stories]):
            self._report(turn)

    def _convert_forms(self, turns: Sequence[Turn]) -> None:
        """A form begins with what begins it in the first place, or always; a yes that does so needs its question."""
        otherwise: dict[str, set[str]] = {}
        for turn in turns:
            for intent in turn.intents if not turn.loop else ():
                otherwise.setdefault(intent, set()).add(turn.starts)
        for form in self._bot.forms.values():
            intents = [
                intent
                for turn in turns
                if turn.starts == form.name and not turn.ends and turn.loop != form.name
                for intent in turn.intents
                if turn.is_first or otherwise.get(intent, set()) <= {form.name}
            ]
            free = [intent for intent in dict.fromkeys(intents) if self._is_free(intent)]
            ends = [turn for turn in turns if turn.ends and turn.loop == form.name]
            says = next((turn.says for turn in ends if turn.says), ())
            submit = self._texts.spoken(says) if says else None
            self._submit[form.name] = submit
            for flow in self._forms.flows(form, free, submit) if form.slots and free else ():
                self._add(flow, form.place, says=says, form=form.name)

    def _convert_answers(self, turns: Sequence[Turn]) -> None:
        """Where the same intent is answered in several ways, the commonest is taken."""
        by_intent: dict[str, list[Turn]] = {}
        for turn in turns:
            for intent in turn.intents:
                by_intent.setdefault(intent, []).append(turn)
        groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[str, Turn]]] = {}
        for intent, given in by_intent.items():
            if not self._is_free(intent):
                continue
            ways = Counter((turn.says, turn.programs) for turn in given if not turn.starts)
            if ways:
                way = ways.most_common(1)[0][0]
                turn = next(turn for turn in given if (turn.says, turn.programs) == way)
                groups.setdefault(way, []).append((intent, turn))
        for (says, programs), found in groups.items():
            self._answer([intent for intent, _ in found], says, programs, found[0][1].place)

    def _convert_retrieval(self) -> None:
        """`faq/prices` is answered by `utter_faq/prices`, once anything answers `faq`; and likewise without that."""
        for name, response in self._bot.responses.items():
            intent = name.removeprefix("utter_")
            if "/" in intent and self._is_free(intent):
                self._answer([intent], (name,), (), response.place)
                self._answered.setdefault(intent.split("/")[0], (f"utter_{intent.split('/')[0]}",))

    def _convert_refusal(self, turns: Sequence[Turn]) -> None:
        """What is said to everything that is outside of the bot, rather than to what was only not understood."""
        for intent in OUTSIDE:
            found = [turn for turn in turns if intent in turn.intents and turn.says and not turn.loop]
            found = [turn for turn in found if turn.is_first] or found
            if found and OUR_OUTSIDE not in self._answered:
                says = Counter(turn.says for turn in found).most_common(1)[0][0]
                self._answer([OUR_OUTSIDE], says, (), found[0].place)

    def _convert_story_forms(self, told: Sequence[Sequence[Turn]]) -> None:
        for found in StoryForms(self._bot, self._entities, self._texts, self._forms).find(told, self._is_free):
            self._add(found.flow, found.place, says=(), form=found.intent)
            self._held |= found.places

    def _convert_later(self, turns: Sequence[Turn]) -> None:
        """An answer in the middle of stories stands by itself when all stories agree on it."""
        ways: dict[str, set[tuple[str, ...]]] = {}
        for turn in turns:
            for intent in turn.intents:
                ways.setdefault(intent, set()).add(turn.says if not (turn.starts or turn.programs) else ())
        agreed = {intent for intent, says in ways.items() if len(says) == 1 and () not in says}
        self._convert_answers(
            [turn for turn in turns if not turn.ends and set(turn.intents) <= agreed and turn.intents]
        )

    def _answer(
        self,
        intents: Sequence[str],
        says: tuple[str, ...],
        programs: tuple[str, ...],
        place: Place,
        *,
        after: tuple[str, ...] = (),
    ) -> None:
        spoken = self._texts.spoken(says)
        flow: dict[str, object] = {"name": _flow_name(intents[0], self.flows), "intents": list(intents)}
        flow |= {"after": list(after)} if after else {}
        if any(_HANDS_OVER.search(program) for program in programs):
            words = spoken.changed(without_names).first() or {each: _HANDING_OVER[each] for each in self._languages}
            self._add({**flow, "hand_over": words}, place, says=says)
        elif spoken.texts:
            self._add({**flow, **self._saying(spoken, says, place)}, place, says=says)

    def _saying(self, spoken: Spoken, says: tuple[str, ...], place: Place) -> dict[str, object]:
        """A reply as it stands; or, when it repeats what the user said, one that picks that up."""
        known = {name: entity for name in spoken.names() if (entity := self._entity_of(name))}
        if known and not spoken.quick_replies:
            if any(len(texts) > 1 for texts in spoken.texts.values()):
                self._notices.add(place, "variants_left", name=", ".join(says))
            ours = {name: identifier(name) for name in known}
            return {
                "slots": [{"name": ours[name], "entity": entity} for name, entity in known.items()],
                "replies": {"success": spoken.changed(lambda text: with_names(text, ours, optional=True)).first()},
            }
        for name in spoken.names():
            self._notices.add(place, "names_left", name=name, response=", ".join(says))
        plain = spoken.changed(without_names)
        said: dict[str, object] = {"say": plain.as_say()}
        return {**said, "quick_replies": plain.quick_replies} if plain.quick_replies else said

    def _entity_of(self, slot: str) -> str:
        """What finds the value of a slot in a message."""
        mappings = self._bot.slots[slot].mappings if slot in self._bot.slots else ()
        return self._entities.wanted([*mappings, Mapped("entity", entity=slot)])

    def _is_free(self, intent: str) -> bool:
        """Whether it wants a flow: nothing answers it yet, and it can be recognised."""
        return intent not in self._answered and intent not in self._started and self._is_known(intent)

    def _is_known(self, intent: str) -> bool:
        return intent.split("/")[0] not in OUTSIDE and (intent in self._taught or not self._taught)

    def _add(self, flow: dict[str, object], place: Place, *, says: tuple[str, ...], form: str = "") -> None:
        try:
            parsed = parse_flow(flow)
        except FlowInvalid as error:
            reasons = {
                "reason": f"{error.path}: {error.message('en')}",
                "reason_zh": f"{error.path}：{error.message('zh')}",
            }
            self._notices.add(place, "flow_refused", name=flow["name"], **reasons)
            return
        self.flows.append(flow)
        self._made.append(MadeFlow(parsed, says, form))
        for intent in parsed.intents if not parsed.after else ():
            if form:
                self._started[intent] = form
            else:
                self._answered[intent] = says

    def _add_follow_up(self, turn: Turn, intents: tuple[str, ...], after: tuple[str, ...]) -> str:
        for place, made in enumerate(self._made):
            same = made.form == turn.starts and (made.form or made.says == turn.says)
            if made.flow.after and made.flow.intents == intents and same:
                longer = {**self.flows[place], "after": [*dict.fromkeys((*made.flow.after, *after))]}
                self.flows[place], self._made[place] = longer, replace(made, flow=parse_flow(longer))
                return made.flow.name
        form = self._bot.forms.get(turn.starts)
        count = len(self.flows)
        if form is not None and form.slots:
            flow = self._forms.flows(form, list(intents), self._submit.get(form.name))[0]
            self._add(
                {**flow, "name": _flow_name(form.name, self.flows), "after": list(after)},
                form.place,
                says=(),
                form=form.name,
            )
        elif turn.says:
            self._answer(intents, turn.says, turn.programs, turn.place, after=after)
        return self._made[-1].flow.name if len(self.flows) > count else ""

    def _report(self, turn: Turn) -> None:
        """What the flows do otherwise than this turn."""
        for program in turn.programs:
            if program not in self._bot.actions:  # else it is said once, where the action is declared
                self._notices.add(turn.place, program_code(program), action=program)
        for intent in turn.intents:
            if intent in OUTSIDE:
                if not turn.says or self._answered.get(OUR_OUTSIDE) != turn.says:
                    self._notices.add(turn.place, "outside_ours", intent=intent)
            elif turn.starts and turn.starts != turn.loop:
                if turn.place in self._held:
                    continue
                if self._started.get(intent) != turn.starts:
                    self._notices.add(turn.place, "turn_differs", intent=intent, actions=turn.starts)
                elif turn.says:
                    self._notices.add(turn.place, "lead_left", form=turn.starts, actions=", ".join(turn.says))
            elif turn.says and turn.place not in self._held and not self._says(intent, turn):
                self._notices.add(turn.place, "turn_differs", intent=intent, actions=", ".join(turn.says))
        if not turn.intents and not turn.ends and turn.says and turn.place not in self._held:
            self._notices.add(turn.place, "unasked", actions=", ".join(turn.says))

    def _says(self, intent: str, turn: Turn) -> bool:
        """Whether the intent's flow says what this turn does. While a form runs, that asks on by itself afterwards."""
        answer = self._answered.get(intent, ())
        return answer == turn.says or bool(turn.loop and answer and turn.says[: len(answer)] == answer)


def program_code(action: str) -> str:
    """What to say of a custom action."""
    return "hands_over" if _HANDS_OVER.search(action) else "needs_connector"


def _flow_name(intent: str, flows: Sequence[dict[str, object]]) -> str:
    taken = {flow["name"] for flow in flows}
    name = wanted = identifier(intent)
    number = 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name
