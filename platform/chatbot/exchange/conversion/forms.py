"""Forms of an imported bot as flows that collect slots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chatbot.exchange.content import identifier
from chatbot.exchange.conversion.entities import EntityConversion
from chatbot.exchange.conversion.texts import ResponseTexts, Spoken, with_names, without_names
from nlu.exchange.bot import ImportedBot, ImportedForm, ImportedSlot, Mapped
from nlu.exchange.report import Notices

LONG_ANSWER = 100  # words that an answer in the user's own words may have
_NO_WORDS = re.compile(r"[\W_]+")
_YES_NO = (
    "(?i:yes|yeah|yep|sure|ok|okay|correct|right|no|nope|nah|not really|true|false|"
    "是|是的|对|对的|好|好的|可以|行|要|需要|不|不是|不对|不要|不用|否|不行|没有)"
)
YES_NO_PATTERN = f"^{_YES_NO}$"  # of a slot that takes a yes or a no
_YES_NO_BUTTONS = {"en": ["Yes", "No"], "zh": ["是", "否"]}
_DONE = {"en": "Thank you, I have noted that down.", "zh": "好的，已经为您记录。"}
_ASK = {"en": "Please tell me: {name}", "zh": "请提供：{name}"}
AFFIRMING = re.compile(r"affirm|confirm|yes|agree|deny|no|decline|reject", re.IGNORECASE)


# What a yes-or-no slot is called that asks whether all is right, and not for one thing more.
_CONFIRMS = re.compile(
    r"confirm|correct|agree|proceed|submit|continue|(?<![a-z])(?:ok|sure|done)(?![a-z])|确认|确定|同意", re.IGNORECASE
)


class FormConversion:
    """Makes one flow a form, and one more for each intent that itself gives the value of a slot."""

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

    def flows(self, form: ImportedForm, intents: Sequence[str], submit: Spoken | None) -> list[dict[str, object]]:
        """`intents` start it; `submit` is said when all is known."""
        triggers = self._trigger_values(form)
        own = [intent for intent in intents if intent not in triggers]
        flows = [self._flow(form, identifier(form.name), own, submit, {})] if own else []
        for intent in intents:
            if intent in triggers:
                name = f"{identifier(form.name)}__{identifier(intent)}"[:100]
                flows.append(self._flow(form, name, [intent], submit, triggers[intent]))
        return flows

    def _flow(
        self,
        form: ImportedForm,
        name: str,
        intents: Sequence[str],
        submit: Spoken | None,
        given: Mapping[str, str],
    ) -> dict[str, object]:
        asked = list(dict.fromkeys(form.slots))
        ours = {slot: identifier(slot) for slot in asked}
        confirm: dict[str, str] = {}
        if len(asked) > 1 and self._is_confirmation(form, asked[-1]):
            prompt = self._prompt(form, asked[-1])
            known = {slot: ours[slot] for slot in asked[:-1]}
            confirm = prompt.changed(lambda text: with_names(text, known)).first() if prompt else {}
            asked = asked[:-1] if confirm else asked
        slots = [self._slot(form, slot, given.get(slot)) for slot in asked]
        success = submit.changed(lambda text: with_names(text, ours)).first() if submit else {}
        return {
            "name": name,
            "intents": list(intents),
            "slots": slots,
            **({"confirm": confirm} if confirm else {}),
            "replies": {"success": success or {language: _DONE[language] for language in self._languages}},
        }

    def _slot(self, form: ImportedForm, name: str, given: str | None) -> dict[str, object]:
        slot = self._bot.slots.get(name) or ImportedSlot(name, "any", form.place)
        made: dict[str, object] = {"name": identifier(name), "required": True}
        if given is not None:
            made["default"] = given
        prompt = self._prompt(form, name)
        readable = _NO_WORDS.sub(" ", name).strip() or name
        if prompt is None:
            self._notices.add(slot.place, "prompt_missing", slot=name, form=form.name)
        else:
            if any(len(texts) > 1 for texts in prompt.texts.values()):
                self._notices.add(form.place, "variants_left", name=f"utter_ask_{name}")
            for missing in prompt.names():
                self._notices.add(form.place, "prompt_names", slot=name, name=missing)
        said = prompt.changed(without_names).first() if prompt else {}
        made["prompt"] = said or {each: _ASK[each].format(name=readable) for each in self._languages}
        buttons = dict(prompt.quick_replies) if prompt else {}
        made |= self._filling(form, slot, buttons)
        if buttons:
            made["quick_replies"] = buttons
        return made

    def _filling(self, form: ImportedForm, slot: ImportedSlot, buttons: dict[str, list[str]]) -> dict[str, object]:
        """How the slot gets its value; may add buttons."""
        mappings = self._mappings(form, slot)
        kinds = {mapping.kind for mapping in mappings}
        wanted = self._entities.wanted(mappings)
        made: dict[str, object] = {}
        if wanted:
            made["entity"] = wanted
        elif slot.type == "float":
            made["entity"] = "number"
        if slot.type == "bool":
            buttons.update({} if buttons else {language: _YES_NO_BUTTONS[language] for language in self._languages})
            return {**made, "pattern": YES_NO_PATTERN}
        if "entity" not in made and slot.values:
            buttons.update({} if buttons else {language: list(slot.values[:10]) for language in self._languages})
            return {"pattern": f"(?i:{'|'.join(re.escape(value) for value in slot.values)})"[:500]}
        if "text" in kinds:
            return {**made, "free_text": True, "max_words": LONG_ANSWER}
        if "custom" in kinds or (kinds and not kinds & {"entity"}):
            self._notices.add(slot.place, "mapping_left", slot=slot.name)
        if "entity" not in made or wanted.partition(":")[0] in self._entities.open_class:
            made["free_text"] = True
        return made

    def _mappings(self, form: ImportedForm, slot: ImportedSlot) -> list[Mapped]:
        stated = form.mappings.get(slot.name) or tuple(
            mapping for mapping in slot.mappings if not mapping.forms or form.name in mapping.forms
        )
        # Where nothing is stated, Rasa takes the entity of the slot's name.
        return list(stated) or ([Mapped("entity", entity=slot.name)] if slot.name in self._entities.names else [])

    def _prompt(self, form: ImportedForm, slot: str) -> Spoken | None:
        for name in (f"utter_ask_{form.name}_{slot}", f"utter_ask_{slot}"):
            if self._texts.known(name) and (spoken := self._texts.spoken([name])).texts:
                return spoken
        return None

    def _is_confirmation(self, form: ImportedForm, name: str) -> bool:
        slot = self._bot.slots.get(name)
        if slot is None or slot.type != "bool" or not (_CONFIRMS.search(name) or self._repeats(form, name)):
            return False
        intents = [mapping.intents for mapping in self._mappings(form, slot) if mapping.kind == "intent"]
        return bool(intents) and all(AFFIRMING.search(intent) for several in intents for intent in several)

    def _repeats(self, form: ImportedForm, name: str) -> bool:
        """Whether the question holds what was given before: "To {city} on {day}?"."""
        prompt = self._prompt(form, name)
        return prompt is not None and bool(set(prompt.names()) & set(form.slots))

    def _trigger_values(self, form: ImportedForm) -> dict[str, dict[str, str]]:
        """The values of slots by the intent that starts the form."""
        values: dict[str, dict[str, str]] = {}
        for name in form.slots:
            slot = self._bot.slots.get(name)
            for mapping in self._mappings(form, slot) if slot else ():
                if mapping.kind == "trigger_intent" and mapping.value:
                    for intent in mapping.intents:
                        values.setdefault(intent, {})[name] = mapping.value
        return values
