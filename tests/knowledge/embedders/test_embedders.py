"""Embedders: the default pair for real, the contract of every registered kind, and what goes wrong."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedders import EMBEDDERS, EmbedderSettings, create_embedder
from knowledge.embedders.openai_compatible import OpenAICompatibleEmbedder
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.embedders.weights import DEFAULT_WEIGHTS, fetch, shared_cache
from knowledge.errors import EmbeddingError
from knowledge.retrieval import Embedder
from nlu.language import detect_language

ODD = ["", " ", "\ud800 lone surrogate", "😀🎉", "x" * 6000, "年假" * 3000, "\x00", "mixed 中英 text"]


class Server(ThreadingHTTPServer):
    """Speaks `POST /v1/embeddings`, in reversed order; `failures` are answered first, one status each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.failures: list[int] = []
        self.asked: list[dict[str, object]] = []
        self.authorizations: list[str | None] = []
        self.dimension = 8
        self.withheld = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        self.server.authorizations.append(self.headers.get("Authorization"))
        if self.server.failures:
            self.send_response(self.server.failures.pop(0))
            self.end_headers()
            return
        data = [
            {
                "index": place,
                "embedding": np.random.default_rng(zlib.crc32(text.encode()))
                .standard_normal(self.server.dimension)
                .tolist(),
            }
            for place, text in enumerate(body["input"])
        ]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"data": data[self.server.withheld :][::-1]}).encode())

    def log_message(self, *arguments: object) -> None:
        """Keeps the test's output quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def asking(server: Server, *, pause_s: float = 0.0, **settings: object) -> OpenAICompatibleEmbedder:
    return OpenAICompatibleEmbedder(base_url=server.base_url, model="m", dimension=8, pause_s=pause_s, **settings)  # type: ignore[arg-type] # a test's own keywords


@pytest.fixture(scope="session")
def local_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model made here: a table of random word vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", "leave", "annual", "password", "reset", "days"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    table = np.random.default_rng(3).standard_normal((len(words), 12)).astype(np.float32)
    folder = tmp_path_factory.mktemp("local-model")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=table)], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def loaded() -> dict[str, Embedder]:
    """Models read once for all tests."""
    return {}


@pytest.fixture(params=sorted(EMBEDDERS))
def any_embedder(request: pytest.FixtureRequest, server: Server, loaded: dict[str, Embedder]) -> Embedder:
    kind = str(request.param)
    if kind == "openai":
        address = EmbedderSettings(
            models_folder=shared_cache(), language_of=detect_language, model="m", base_url=server.base_url, dimension=8
        )
        return create_embedder(kind, address)
    if kind not in loaded:
        fetch(DEFAULT_WEIGHTS, shared_cache())
        local = str(request.getfixturevalue("local_model")) if kind == "sentence-transformers" else ""
        loaded[kind] = create_embedder(
            kind, EmbedderSettings(models_folder=shared_cache(), language_of=detect_language, model=local)
        )
    return loaded[kind]


def test_vectors_have_unit_length_one_row_a_text_whatever_the_text(any_embedder: Embedder) -> None:
    for encode in (any_embedder.encode_queries, any_embedder.encode_passages):
        assert encode([]).shape == (0, any_embedder.dimension)
        rows = encode(ODD)
        assert rows.shape == (len(ODD), any_embedder.dimension)
        assert rows.dtype == np.float32
        lengths = np.linalg.norm(rows, axis=1)
        assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))


def test_a_text_gets_the_same_vector_alone_and_in_company(any_embedder: Embedder) -> None:
    texts = ["reset a password", "annual leave", "days " * 40, "leave"]
    together = any_embedder.encode_passages(texts)
    for text, row in zip(texts, together, strict=True):
        # Dynamic quantisation takes its scale from the whole batch, so the last digits may differ.
        assert float(any_embedder.encode_passages([text])[0] @ row) > 0.98


def test_the_space_names_the_model_and_its_bytes(any_embedder: Embedder) -> None:
    name, _, digest = any_embedder.space.partition("@")
    assert name
    assert digest


def test_threads_may_share_an_embedder(any_embedder: Embedder) -> None:
    texts = [f"annual leave of {days} days" for days in range(16)]
    alone = [any_embedder.encode_queries([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda text: any_embedder.encode_queries([text])[0], texts))
    assert np.allclose(alone, shared, atol=1e-5)


def test_the_default_pair_puts_the_answer_nearer_than_the_rest(embedder: RoutedEmbedder) -> None:
    for language, question, right, wrong in (
        ("en", "How do I reset my password?", "Choose Forgot password to get a new one.", "Lunch is served at noon."),
        ("zh", "怎么重置密码?", "忘记密码时请点击找回密码。", "食堂中午十二点开饭。"),
    ):
        asked = embedder.encode_queries([question], language=language)[0]
        passages = embedder.encode_passages([right, wrong], language=language)
        assert asked @ passages[0] > asked @ passages[1] + 0.1


def test_a_chinese_question_is_put_as_the_model_was_taught_without_its_instruction_being_run(
    embedder: RoutedEmbedder,
) -> None:
    model = embedder.embedder("zh")
    texts = ["试用期员工能申请年假吗？", "发票丢了怎么办"]
    plain, asked = model.encode_passages(texts), model.encode_queries(texts)
    instructed = model.encode_passages(["为这个句子生成表示以用于检索相关文章：" + text for text in texts])
    assert ((asked * instructed).sum(axis=1) > 0.95).all()
    assert ((plain * instructed).sum(axis=1) < 0.93).all()
    assert np.allclose(embedder.encode_queries(texts[:1], language="zh"), model.encode_queries(texts[:1]), atol=1e-5)
    assert np.allclose(embedder.encode(texts[:1], language="zh"), model.encode_passages(texts[:1]), atol=1e-5)


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="cannot load the model all-minilm-l6-v2"):
        create_embedder("minilm-l6-v2", EmbedderSettings(models_folder=tmp_path, language_of=detect_language))


def test_an_unreadable_local_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="cannot load the model"):
        create_embedder(
            "sentence-transformers",
            EmbedderSettings(models_folder=tmp_path, language_of=detect_language, model=str(tmp_path)),
        )


def test_an_unregistered_kind_is_refused_with_the_ones_there_are(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"no embedder 'word2vec'; there are .*minilm"):
        create_embedder("word2vec", EmbedderSettings(models_folder=tmp_path, language_of=detect_language))


def test_the_key_of_a_server_is_not_in_the_representation_of_settings(tmp_path: Path) -> None:
    assert "s3cret" not in repr(EmbedderSettings(models_folder=tmp_path, language_of=detect_language, api_key="s3cret"))


def test_a_server_is_asked_in_batches_with_the_key_and_answers_in_any_order(server: Server) -> None:
    embedder = asking(server, api_key="k", batch_size=2, query_prefix="query: ")
    with embedder:
        rows = embedder.encode_queries(["a", "b", "c"])
        assert np.allclose(rows[2], embedder.encode_queries(["c"])[0])
    assert [body["input"] for body in server.asked[:2]] == [["query: a", "query: b"], ["query: c"]]
    assert set(server.authorizations) == {"Bearer k"}


def test_a_busy_server_is_asked_again(server: Server) -> None:
    server.failures = [503, 429]
    assert asking(server).encode_passages(["a"]).shape == (1, 8)
    assert len(server.asked) == 3


@pytest.mark.parametrize(("failures", "asked", "retryable"), [([503] * 3, 3, True), ([401], 1, False)])
def test_a_server_that_goes_on_failing_is_an_error_that_says_whether_to_retry(
    failures: list[int], asked: int, retryable: bool, server: Server
) -> None:
    server.failures = list(failures)
    with pytest.raises(EmbeddingError, match=f"status {failures[0]}") as raised:
        asking(server).encode_passages(["a"])
    assert raised.value.retryable is retryable
    assert len(server.asked) == asked


def test_a_server_nobody_runs_is_a_retryable_error() -> None:
    embedder = OpenAICompatibleEmbedder(base_url="http://127.0.0.1:9/v1", model="m", dimension=8, attempts=2, pause_s=0)
    with pytest.raises(EmbeddingError) as raised:
        embedder.encode_passages(["a"])
    assert raised.value.retryable


def test_vectors_of_another_dimension_or_too_few_are_refused(server: Server) -> None:
    server.dimension = 5
    with pytest.raises(EmbeddingError, match="dimension 8"):
        asking(server).encode_passages(["a"])
    server.dimension, server.withheld = 8, 1
    with pytest.raises(EmbeddingError, match="gave 1 vectors for 2 texts"):
        asking(server).encode_passages(["a", "b"])


def test_a_local_model_shows_its_tokens_where_they_stand_in_the_text(embedder: RoutedEmbedder) -> None:
    for language, text, word in (("en", "weather in Paris", "Paris"), ("zh", "北京天气", "北")):
        found = embedder.token_states([text, "", *ODD], language=language)
        assert found is not None
        places, states = found[0]
        assert states.shape == (len(places), embedder.dimension(language))
        assert word in [text[start:end] for start, end in places]
        assert len(found) == 2 + len(ODD)


def test_a_text_read_by_its_tokens_has_its_vector_of_the_same_run(embedder: RoutedEmbedder) -> None:
    for language, text in (("en", "weather in Paris, now"), ("zh", "北京现在的天气")):
        one = embedder.embedder(language)
        expected = one.encode_passages([text])
        embedder.token_states([text], language=language)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(type(one), "encode_passages", None)
            assert np.array_equal(embedder.encode([text], language=language), expected)


def test_a_model_that_shows_no_tokens_says_so(server: Server) -> None:
    assert RoutedEmbedder({"en": asking(server)}).token_states(["hi"], language="en") is None
