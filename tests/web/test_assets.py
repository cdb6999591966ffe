"""The files browsers load."""

from __future__ import annotations

import re

import pytest

from web.assets import load_assets
from web.widget_bundle import MODULES, STYLES, widget_script

SCRIPTS = sorted(path for path in load_assets().assets if path.endswith(".js"))
IMPORT = re.compile(r'^import .* from "(\.{1,2}/[^"]+)";$', re.MULTILINE)


def text_of(path: str) -> str:
    return load_assets().assets[path].content.decode()


def resolved(importer: str, target: str) -> str:
    parts = importer.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def test_the_address_changes_with_any_file() -> None:
    bundle = load_assets()
    assert bundle.url("css/base.css") == f"/admin/static/{bundle.digest}/css/base.css"
    with pytest.raises(KeyError):
        bundle.url("css/none.css")


@pytest.mark.parametrize("path", SCRIPTS)
def test_scripts_make_no_markup_out_of_text_and_load_nothing_from_elsewhere(path: str) -> None:
    text = text_of(path)
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc"
    assert not re.search(forbidden, text)
    assert not re.search(r"""(?:from|import\()\s*["'](?:https?:)?//""", text)


@pytest.mark.parametrize("path", SCRIPTS)
def test_every_import_names_a_file_and_what_it_exports(path: str) -> None:
    for statement in re.finditer(r'^import (?:\{([^}]*)\} from )?"([^"]+)";$', text_of(path), re.MULTILINE):
        target = resolved(path, statement[2])
        assert target in load_assets().assets
        for name in filter(None, (part.strip() for part in (statement[1] or "").split(","))):
            assert re.search(rf"^export (?:async )?(?:function\*?|class|const) {name}\b", text_of(target), re.MULTILINE)


def test_the_widget_is_one_script_of_all_its_modules_in_the_order_of_their_imports() -> None:
    seen: set[str] = set()
    for path in MODULES:
        assert {resolved(path, target) for target in IMPORT.findall(text_of(path))} <= seen, path
        seen.add(path)
    assert {path for path in SCRIPTS if path.startswith("widget/")} <= seen
    assert {path for path in load_assets().assets if re.match(r"widget/.*\.css", path)} <= set(STYLES)
    script = widget_script().content.decode()
    assert not re.search(r"^(?:import|export) ", script, re.MULTILINE)


def test_the_widget_declares_each_name_once() -> None:
    script = widget_script().content.decode()
    names = re.findall(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names))
