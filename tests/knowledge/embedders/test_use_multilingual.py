"""The encoder of all languages: meaning across languages, and what is no model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.embedders.sentencepiece_model import read_tokenizer
from knowledge.embedders.use_multilingual import UseMultilingualEmbedder
from knowledge.embedders.weights import fetch, shared_cache
from knowledge.errors import EmbeddingError
from nlu.language import detect_language

NAME = "use-multilingual-v3"


@pytest.fixture(scope="module")
def folder() -> Path:
    fetch([NAME], shared_cache())
    return shared_cache() / NAME


@pytest.fixture(scope="module")
def model(folder: Path) -> UseMultilingualEmbedder:
    return UseMultilingualEmbedder(folder, detect_language)


def test_a_text_is_nearer_to_its_translation_than_to_other_texts_of_its_language(
    model: UseMultilingualEmbedder,
) -> None:
    english = ["How do I reset my password?", "When does the canteen open?", "The refund takes five days."]
    chinese = ["怎么重置密码？", "食堂几点开门？", "退款需要五天。"]
    nearness = model.encode_passages(english) @ model.encode_passages(chinese).T
    assert np.argmax(nearness, axis=0).tolist() == [0, 1, 2]
    assert np.argmax(nearness, axis=1).tolist() == [0, 1, 2]
    among_english = model.encode_passages(english) @ model.encode_passages(english).T
    assert nearness.diagonal().min() > (among_english - np.eye(3)).max() + 0.2


def test_the_network_gives_what_its_first_publisher_says(model: UseMultilingualEmbedder) -> None:
    # The package that carries the weights prints .82 for this pair.
    one, other = model.encode_plain(["a menina lê um livro", "a garota está lendo um livro"])
    assert float(one @ other) > 0.8
    assert float(one @ model.encode_plain(["investir em renda fixa é seguro"])[0]) < 0.3


def test_texts_run_together_do_not_touch_each_other(model: UseMultilingualEmbedder) -> None:
    texts = ["short", "年假有几天？", "a rather longer sentence about annual leave " * 30, "", "x"]
    together = model.encode_passages(texts)
    alone = np.concatenate([model.encode_passages([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_pieces_are_those_of_the_model(folder: Path) -> None:
    tokenizer = read_tokenizer(folder / "sp.model")
    assert tokenizer.get_vocab_size() == 128_000
    encoded = tokenizer.encode("  Ｈello   world ", add_special_tokens=False)
    assert encoded.tokens == ["▁Hello", "▁world"]
    assert tokenizer.encode("", add_special_tokens=False).ids == []


@pytest.mark.parametrize("content", [b"", b"\x0a\xff", b"\x0b", b"not a model at all", b"\x0a\x03\x0a\x01a"])
def test_a_file_that_is_no_sentencepiece_model_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "sp.model").write_bytes(content)
    with pytest.raises(ValueError, match="SentencePiece model"):
        read_tokenizer(tmp_path / "sp.model")


def test_missing_or_broken_weights_are_a_clear_error(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(EmbeddingError, match=f"cannot load the model {NAME}"):
        UseMultilingualEmbedder(tmp_path, detect_language)
    (tmp_path / "weights.npz").write_bytes(b"no archive")
    (tmp_path / "sp.model").write_bytes((folder / "sp.model").read_bytes())
    with pytest.raises(EmbeddingError, match=f"cannot load the model {NAME}"):
        UseMultilingualEmbedder(tmp_path, detect_language).encode_queries(["hello"])
