"""A form of an imported bot as a flow that collects slots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chatbot.exchange.conversion.context import Conversion
from chatbot.exchange.conversion.names import identifier
from chatbot.exchange.conversion.texts import Spoken, with_names, without_names
from nlu.bilingual import Text
from nlu.exchange.bot import ImportedForm, ImportedSlot, Mapped

LONG_ANSWER = 100  # words that an answer in the user's own words may have
_NO_WORDS = re.compile(r"[\W_]+")
_YES_NO = (
    "(?i:yes|yeah|yep|sure|ok|okay|correct|right|no|nope|nah|not really|true|false|"
    "是|是的|对|对的|好|好的|可以|行|要|需要|不|不是|不对|不要|不用|否|不行|没有)"
)
YES_NO_PATTERN = f"^{_YES_NO}$"  # of a slot that takes a yes or a no
_YES_NO_BUTTONS = (Text("Yes", "是"), Text("No", "否"))
_DONE = Text("Thank you, I have noted that down.", "好的，已经为您记录。")
_ASK = Text("Please tell me: {name}", "请提供：{name}")
AFFIRMING = re.compile(r"affirm|confirm|yes|agree|deny|no|decline|reject", re.IGNORECASE)
# What a yes-or-no slot is called that asks whether all is right, and not for one thing more.
_CONFIRMS = re.compile(
    r"confirm|correct|agree|proceed|submit|continue|(?<![a-z])(?:ok|sure|done)(?![a-z])|确认|确定|同意", re.IGNORECASE
)


class FormFlows:
    """Makes one flow of a form, and one more for each intent that itself gives the value of a slot."""

    def __init__(self, conversion: Conversion, form: ImportedForm) -> None:
        self._conversion = conversion
        self._form = form

    def begun_by(
        self, intents: Sequence[str], ending: Spoken | None, *, more: Sequence[Mapping[str, object]] = ()
    ) -> list[dict[str, object]]:
        """`ending` is said when all is known; `more` are slots that are not asked for."""
        triggers = self._trigger_values()
        name = identifier(self._form.name)
        own = [intent for intent in intents if intent not in triggers]
        flows = [self._flow(name, own, {}, ending, more)] if own else []
        for intent in intents:
            if intent in triggers:
                trigger_name = f"{name}__{identifier(intent)}"[:100]
                flows.append(self._flow(trigger_name, [intent], triggers[intent], ending, more))
        return flows

    def _flow(
        self,
        name: str,
        intents: list[str],
        given: Mapping[str, str],
        ending: Spoken | None,
        more: Sequence[Mapping[str, object]],
    ) -> dict[str, object]:
        asked = list(dict.fromkeys(self._form.slots))
        ours = {slot: identifier(slot) for slot in asked}
        confirm: dict[str, str] = {}
        if len(asked) > 1 and self._is_confirmation(asked[-1]) and (prompt := self._prompt(asked[-1])):
            known = {slot: ours[slot] for slot in asked[:-1]}
            confirm = prompt.changed(lambda text: with_names(text, known)).first()
            asked = asked[:-1] if confirm else asked
        slots = [self._slot(slot, given.get(slot)) for slot in asked]
        success = ending.changed(lambda text: with_names(text, ours)).first() if ending else {}
        return {
            "name": name,
            "intents": intents,
            "slots": [*slots, *more],
            **({"confirm": confirm} if confirm else {}),
            "replies": {"success": success or self._worded(_DONE)},
        }

    def _worded(self, text: Text) -> dict[str, str]:
        language = self._conversion.language
        return {language: text.in_language(language)}

    def _slot(self, name: str, given: str | None) -> dict[str, object]:
        notices, form = self._conversion.notices, self._form
        slot = self._conversion.bot.slots.get(name) or ImportedSlot(name, "any", form.place)
        made: dict[str, object] = {"name": identifier(name), "required": True}
        if given is not None:
            made["default"] = given
        prompt = self._prompt(name)
        if prompt is None:
            notices.add(slot.place, "prompt_missing", slot=name, form=form.name)
        else:
            if prompt.has_variants():
                notices.add(form.place, "variants_left", name=f"utter_ask_{name}")
            for missing in prompt.names():
                notices.add(form.place, "prompt_names", slot=name, name=missing)
        said = prompt.changed(without_names).first() if prompt else {}
        made["prompt"] = said or self._worded(_ASK.format(name=_NO_WORDS.sub(" ", name).strip() or name))
        filling, choices = self._filling(slot)
        made |= filling
        if buttons := (prompt.quick_replies if prompt else {}) or choices:
            made["quick_replies"] = buttons
        return made

    def _filling(self, slot: ImportedSlot) -> tuple[dict[str, object], dict[str, list[str]]]:
        """How the slot gets its value, and the answers to choose from."""
        language = self._conversion.language
        mappings = self._mappings(slot)
        kinds = {mapping.kind for mapping in mappings}
        wanted = self._conversion.wanted(mappings)
        entity = wanted or ("number" if slot.type == "float" else "")
        made: dict[str, object] = {"entity": entity} if entity else {}
        if slot.type == "bool":
            yes_no = {language: [button.in_language(language) for button in _YES_NO_BUTTONS]}
            return {**made, "pattern": YES_NO_PATTERN}, yes_no
        if not entity and slot.values:
            pattern = f"(?i:{'|'.join(re.escape(value) for value in slot.values)})"[:500]
            return {"pattern": pattern}, {language: list(slot.values[:10])}
        if "text" in kinds:
            return {**made, "free_text": True, "max_words": LONG_ANSWER}, {}
        if "custom" in kinds or (kinds and "entity" not in kinds):
            self._conversion.notices.add(slot.place, "mapping_left", slot=slot.name)
        if not entity or wanted.partition(":")[0] in self._conversion.open_class:
            made["free_text"] = True
        return made, {}

    def _mappings(self, slot: ImportedSlot) -> list[Mapped]:
        stated = self._form.mappings.get(slot.name) or tuple(
            mapping for mapping in slot.mappings if not mapping.forms or self._form.name in mapping.forms
        )
        # Where nothing is stated, Rasa takes the entity of the slot's name.
        by_name = [Mapped("entity", entity=slot.name)] if slot.name in self._conversion.names else []
        return list(stated) or by_name

    def _prompt(self, slot: str) -> Spoken | None:
        texts = self._conversion.texts
        prompts = (texts.spoken([name]) for name in (f"utter_ask_{self._form.name}_{slot}", f"utter_ask_{slot}"))
        return next((prompt for prompt in prompts if prompt.texts), None)

    def _is_confirmation(self, name: str) -> bool:
        slot = self._conversion.bot.slots.get(name)
        if slot is None or slot.type != "bool" or not (_CONFIRMS.search(name) or self._repeats(name)):
            return False
        intents = [mapping.intents for mapping in self._mappings(slot) if mapping.kind == "intent"]
        return bool(intents) and all(AFFIRMING.search(intent) for several in intents for intent in several)

    def _repeats(self, name: str) -> bool:
        """Whether the question holds what was given before: "To {city} on {day}?"."""
        prompt = self._prompt(name)
        return prompt is not None and bool(set(prompt.names()) & set(self._form.slots))

    def _trigger_values(self) -> dict[str, dict[str, str]]:
        """The values of slots by the intent that starts the form."""
        values: dict[str, dict[str, str]] = {}
        for name in self._form.slots:
            slot = self._conversion.bot.slots.get(name)
            for mapping in self._mappings(slot) if slot else ():
                if mapping.kind == "trigger_intent" and mapping.value:
                    for intent in mapping.intents:
                        values.setdefault(intent, {})[name] = mapping.value
        return values
