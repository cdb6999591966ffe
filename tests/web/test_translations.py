"""Both languages say everything, and nothing asks for a sentence that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from web.pages import PAGES
from web.translations import messages, messages_of

WEB = Path(__file__).parents[2] / "web"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
CHOICE = re.compile(r"\{(\w+):([^|{}]+)\|([^|{}]+)\}")  # the word for one, and for any other number
# Keys of which a part is known only in the browser: t(`status.${document.status}`).
OPEN_ENDED = re.compile(r"\b(?:t|has)\(`([a-z_]+\.[a-zA-Z_]*)\$\{")
LITERAL = re.compile(r"""\b(?:t|has)\(["']([a-z_]+\.[\w:]+)["']""")
WIDGET_LITERAL = re.compile(r"""\bsay\(["'](\w+)["']""")


def sources(*patterns: str) -> Iterator[tuple[Path, str]]:
    for pattern in patterns:
        for path in sorted(WEB.glob(pattern)):
            yield path, path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_keys() -> None:
    assert messages("zh").keys() == messages("en").keys()


def test_both_languages_fill_in_the_same_values() -> None:
    for key, en in messages("en").items():
        zh = messages("zh")[key]
        assert zh.strip(), key
        assert en.strip(), key
        assert sorted(PLACEHOLDER.findall(zh)) == sorted(PLACEHOLDER.findall(en)), key


def test_a_word_that_follows_a_number_follows_one_that_is_told() -> None:
    for language in ("zh", "en"):
        for key, sentence in messages(language).items():
            for name, one, many in CHOICE.findall(sentence):
                assert name in PLACEHOLDER.findall(sentence), key
                assert one != many, key
                assert not key.startswith(("widget.", "demo.", "login.")), f"{key}: only the admin pages' t() chooses"


def test_templates_and_scripts_use_only_keys_that_exist() -> None:
    known = messages("en")
    missing = {
        f"{path.name}: {key}"
        for path, text in sources("templates/**/*.html", "static/js/**/*.js")
        for key in LITERAL.findall(text)
        if key not in known
    }
    assert not missing


def test_open_ended_keys_have_at_least_one_sentence() -> None:
    known = messages("en")
    for path, text in sources("static/js/**/*.js"):
        for prefix in OPEN_ENDED.findall(text):
            assert any(key.startswith(prefix) for key in known), f"{path.name}: {prefix}"


def test_the_widget_uses_only_sentences_that_exist() -> None:
    known = messages_of("en", "widget.")
    used = {key for _, text in sources("static/widget/*.js") for key in WIDGET_LITERAL.findall(text)}
    assert {f"widget.{key}" for key in used} <= known.keys()


def test_every_sentence_is_used() -> None:
    texts = "\n".join(text for _, text in sources("templates/**/*.html", "static/**/*.js", "*.py"))
    open_ended = tuple(OPEN_ENDED.findall(texts))
    # Whose last part is a variable: t("nav." ~ entry.section), or a list of names in a script.
    grouped = ("demo.", "error.", "nav.", "role.", "overview.", "conversations.", "test_panel.example_")
    parts = ("understanding_definitions.", "understanding_clusters.status_")
    titles = {f"{page.name}.{part}" for page in PAGES for part in ("title", "lead")}
    templates = ("api_keys.", "users.")  # two pages of one pattern
    unused = {
        key
        for key in messages("en").keys() - titles
        if not key.startswith((*open_ended, *grouped, *parts, *templates))
        and key not in texts
        and f'"{key.removeprefix("widget.")}"' not in texts
    }
    assert not unused


def test_every_code_of_an_unreadable_document_is_explained() -> None:
    from knowledge import errors

    codes = {
        error.code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.DocumentError)
    }
    assert {f"error.{code}" for code in codes} <= messages("en").keys()
