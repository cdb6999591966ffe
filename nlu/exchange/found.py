"""What has been found so far while the files of a bot are read one after the other."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from nlu.bilingual import Text
from nlu.exchange.annotations import AnnotationUnreadable, read_annotated
from nlu.exchange.bot import (
    ImportedBot,
    ImportedExample,
    ImportedForm,
    ImportedSlot,
    Place,
    Response,
    Story,
    Vocabulary,
    unique,
)
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.json_tree import read_json
from nlu.exchange.report import Notices


@dataclass(slots=True)
class Found:
    """`files` is all there is, so that one may name another (a lookup table)."""

    files: Mapping[str, bytes]
    notices: Notices
    name: str = ""
    languages: list[str] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    examples: list[ImportedExample] = field(default_factory=list)
    test_examples: list[ImportedExample] = field(default_factory=list)
    synonyms: dict[str, Vocabulary] = field(default_factory=dict)
    lookups: dict[str, Vocabulary] = field(default_factory=dict)
    regexes: dict[str, Vocabulary] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    slots: dict[str, ImportedSlot] = field(default_factory=dict)
    forms: dict[str, ImportedForm] = field(default_factory=dict)
    rules: list[Story] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    test_stories: list[Story] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    system_entities: set[str] = field(default_factory=set)

    def declare(self, kind: str, name: str, place: Place) -> None:
        """An intent, entity or action by name."""
        {"intent": self.intents, "entity": self.entities, "action": self.actions}[kind].append(name)
        self.places.setdefault(f"{kind}:{name}", place)

    def example(self, place: Place, intent: str, written: str, *, language: str = "", is_test: bool = False) -> None:
        """One sentence with its markup."""
        if not intent or not written.strip():
            self.notices.add(place, "example_empty", intent=intent or "-")
            return
        try:
            text, annotations = read_annotated(written)
        except AnnotationUnreadable as error:
            self.notices.add(place, "annotation_unreadable", text=str(error))
            text, annotations = written, ()
        examples = self.test_examples if is_test else self.examples
        examples.append(ImportedExample(text, intent, place, annotations, language))

    def vocabulary(self, kind: str, name: str, words: tuple[str, ...], place: Place) -> None:
        """A synonym, lookup or regex; the same name again adds its words."""
        if not name or not words:
            self.notices.add(place, "vocabulary_empty", name=name or "-")
            return
        known = {"synonym": self.synonyms, "lookup": self.lookups, "regex": self.regexes}[kind]
        before = known.get(name)
        known[name] = Vocabulary(
            name, unique([*(before.words if before else ()), *words]), before.place if before else place
        )

    def response(self, response: Response) -> None:
        """The same name again replaces, as Rasa does."""
        if response.name in self.responses:
            self.notices.add(response.place, "response_twice", name=response.name)
        self.responses[response.name] = response

    def text(self, file: str) -> str:
        """Raises ExchangeInvalid."""
        return decoded(file, self.files[file])

    def json(self, file: str) -> object:
        """Raises ExchangeInvalid."""
        return read_json(file, self.text(file))

    def lookup_file(self, file: str, path: str) -> tuple[str, ...]:
        """The lines of another file of the project, named relative to its root or to `file`."""
        for name in (posixpath.normpath(path), posixpath.normpath(posixpath.join(posixpath.dirname(file), path))):
            if name in self.files:
                lines = self.text(name).splitlines()
                return tuple(line.strip() for line in lines if line.strip())
        self.notices.add(Place(file), "lookup_file_missing", path=path)
        return ()

    def bot(self, format_: str) -> ImportedBot:
        """All of it."""
        return ImportedBot(
            format=format_,
            name=self.name,
            languages=unique(self.languages),
            intents=unique(self.intents),
            entities=unique(self.entities),
            actions=unique(self.actions),
            examples=tuple(self.examples),
            synonyms=tuple(self.synonyms.values()),
            lookups=tuple(self.lookups.values()),
            regexes=tuple(self.regexes.values()),
            responses=self.responses,
            slots=self.slots,
            forms=self.forms,
            rules=tuple(self.rules),
            stories=tuple(self.stories),
            test_stories=tuple(self.test_stories),
            test_examples=tuple(self.test_examples),
            places=self.places,
            system_entities=frozenset(self.system_entities),
        )


def decoded(file: str, data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030, as spreadsheets in Chinese write. Raises ExchangeInvalid."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ExchangeInvalid(Place(file), Text("this is not text; save it as UTF-8", "不是文本文件，请另存为 UTF-8 编码"))
