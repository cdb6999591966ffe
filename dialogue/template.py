"""Reply templates: `{name}` stands for a value, `[[...]]` is left out when a value inside it is missing.

Nothing else is special, so a template can neither reach into objects nor run anything, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogue.state import JsonValue

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_MISSING = "–"
_BOOLEANS = {"zh": ("否", "是"), "en": ("no", "yes")}


def placeholders(template: str) -> tuple[str, ...]:
    """Names in order of appearance, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def fill(template: str, values: Mapping[str, JsonValue], *, language: str) -> str:
    """The text with its values; one that is missing outside `[[...]]` shows as a dash. Values are never templates."""
    words = {name: word for name, value in values.items() if (word := _word(value, language))}
    chosen = _OPTIONAL.sub(
        lambda part: part[1] if all(name in words for name in placeholders(part[1])) else "", template
    )
    return _PLACEHOLDER.sub(lambda match: words.get(match[1], _MISSING), chosen)


def _word(value: JsonValue, language: str) -> str:
    if isinstance(value, bool):
        return _BOOLEANS["zh" if language == "zh" else "en"][value]
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list):
        return ("、" if language == "zh" else ", ").join(word for item in value if (word := _word(item, language)))
    return str(value) if isinstance(value, (str, int)) else ""
