"""Identifiers by number: a dictionary says what must be there."""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index.id_table import IdTable

NAMES = [uuid.UUID(int=7919 * number).hex for number in range(12)] + ["a", "年假", "A" * 32, "\ud800", ""]
STEPS = st.lists(st.tuples(st.booleans(), st.sampled_from(NAMES)), max_size=80)


@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_any_sequence_of_changes_leaves_what_a_dictionary_would_hold(steps: list[tuple[bool, str]]) -> None:
    table, model, next_row = IdTable(), dict[str, int](), 0
    for adding, name in steps:
        if adding:
            assert table.add(name) == next_row
            model[name], next_row = next_row, next_row + 1
        else:
            assert table.remove(name) == model.pop(name, None)
        assert len(table) == len(model)
    assert {name: table.row(name) for name in NAMES} == {name: model.get(name) for name in NAMES}
    held = np.asarray(list(model.values()), dtype=np.int64)
    assert table.identifiers(held) == list(model)
    assert table.rows_of(NAMES).tolist() == [model.get(name, -1) for name in NAMES]
    assert table.find(NAMES).tolist() == [model[name] for name in NAMES if name in model]
    assert list(np.flatnonzero(table.alive)) == sorted(model.values())
    rows = np.asarray(sorted(model.values(), reverse=True), dtype=np.int64)
    kept = table.kept(rows)
    assert kept.identifiers(np.arange(len(rows))) == table.identifiers(rows)
    assert all(kept.row(name) is not None for name in model)


def test_what_was_saved_is_loaded_without_its_removed_ones(tmp_path: Path) -> None:
    table = IdTable()
    for name in NAMES[:-2]:
        table.add(name)
    table.remove(NAMES[3])
    table.save(tmp_path, "ids")
    loaded = IdTable.load(tmp_path, "ids")
    assert [loaded.row(name) for name in NAMES] == [table.row(name) for name in NAMES]
    assert loaded.add("new") == table.rows


@pytest.mark.parametrize("count", [1_000, 40_000])
def test_an_identifier_of_the_platform_takes_less_than_sixty_bytes(count: int) -> None:
    table = IdTable()
    names = [uuid.UUID(int=(number << 64) + number * 2654435761).hex for number in range(count)]
    for name in names:
        table.add(name)
    assert table.nbytes < 60 * count
    assert [table.row(name) for name in names] == list(range(count))
    assert table.rows_of(names).tolist() == list(range(count))
    assert table.rows_of([]).tolist() == []
    assert table.find(["nobody", names[5]]).tolist() == [5]
