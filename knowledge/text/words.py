"""Texts as the words by which they are found: segmented Chinese, stemmed English."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import rjieba
import tantivy

from knowledge.text.han import HAN

FUNCTION_WEIGHT = 0.2
_PAIR_WEIGHT = 0.5
_MOST_QUERY_WORDS = 96  # a message may be 4,000 characters long; what comes first decides

_local = threading.local()
_HAN_RUN = re.compile(f"[{HAN}]+")

# Words that say how something is asked rather than what is asked. They keep a fifth of their weight, since a short
# question may consist of little else.
_FUNCTION_WORDS_EN = """a about after again all also am an and any are as at be because been before being both but by
can could did do does doing during each few for from further get had has have having he her here him his how i if in
into is it its itself just may me might more most must my no nor not of off on once only or other our ours out over own
please same shall she should so some such tell than that the their theirs them then there these they this those through
to too under until up us very was we were what when where which while who whom whose why will with would you your yours
t s d m re ve ll don doesn didn isn aren wasn weren won"""
_FUNCTION_WORDS_ZH = """的 了 是 在 有 和 与 或 也 都 就 很 吗 呢 吧 啊 么 嘛 什么 怎么 怎样 怎么样 怎么办 如何
哪 哪个 哪些 哪里 哪儿 谁 几 多少 多 为什么 为何 请问 请 我 你 您 他 她 它 我们 你们 他们 它们 这 那 这个 那个
这些 那些 一个 个 把 被 对 从 到 于 以 及 等 为 可以 能 能够 会 要 想 不 没 没有 上 下 中 里 后 前 时 者 所 之
其 并 而 但 且 还 又 给 让 用 会不会 是否 是不是 有没有 能不能 可不可以 该 应该 一下 告诉 知道 得 地 着 过 由 向
将 因 因为 所以 如果 则 呀 哦"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_EN.split()) | frozenset(_FUNCTION_WORDS_ZH.split())


@lru_cache(maxsize=1)
def _to_simplified() -> dict[int, str]:
    """Traditional characters to simplified ones, one by one: enough for finding, and at the speed of translate()."""
    # The table alone is wanted; importing its package would build converters.
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    readings = (line.split("\t") for line in lines if "\t" in line)
    return {ord(one): simple.split(" ")[0] for one, simple in readings if len(one) == len(simple.split(" ")[0]) == 1}


def index_form(text: str) -> str:
    """The text as the index takes it: simplified Chinese as words and pairs of characters, all set off by spaces.

    The pairs are there because no two sentences are sure to be cut alike: 年假 is one word here and two there. They
    double as the two-character words, which are most of Chinese. Full-width letters become plain, so ＡＢＣ finds ABC.
    """
    if text.isascii():
        return text
    return _HAN_RUN.sub(lambda run: f" {' '.join(_words_and_pairs(run.group()))} ", _plain(text))


def query_words(text: str) -> dict[str, float]:
    """The words to look for, as `analyzer` gives them, each with the weight it has in the question, at most 1."""
    plain = plain_text(text)
    weights: dict[str, float] = {}

    def add(word: str, weight: float) -> None:
        if len(weights) < _MOST_QUERY_WORDS or word in weights:
            weights[word] = max(weights.get(word, 0.0), weight)

    for run in _HAN_RUN.findall(plain):
        for word, weight in _han_query_words(run):
            add(word, weight)
    for word in _thread_analyzer().analyze(_HAN_RUN.sub(" ", plain)):
        add(word, FUNCTION_WEIGHT if word in _function_stems() else 1.0)
    return weights


def plain_text(text: str) -> str:
    """In simplified characters and plain letters, as the index and the question meet."""
    return text if text.isascii() else _plain(text)


def words_of(text: str) -> list[str]:
    """Every word of a text as the index holds it, in order, Chinese before the rest of its stretch."""
    return list(_thread_analyzer().analyze(index_form(text)))


def ordered_words(text: str) -> list[str]:
    """Every word of a text in its order: Chinese as segmented, without the pairs."""
    if not text.isascii():
        text = _HAN_RUN.sub(lambda run: f" {' '.join(rjieba.cut(run.group()))} ", _plain(text))
    return list(_thread_analyzer().analyze(text))


def analyzer() -> tantivy.TextAnalyzer:
    """Splits at whatever is no letter or digit, lower-cases and stems: what the index applies to `index_form`."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8"))
    return composed.translate(_to_simplified())


def _words_and_pairs(run: str) -> list[str]:
    words = [word for word in rjieba.cut(run) if len(word) != 2]
    words.extend(run[at : at + 2] for at in range(len(run) - 1))
    return words


def _han_query_words(run: str) -> Iterator[tuple[str, float]]:
    """Words, and pairs within each stretch that no function word interrupts: 年假|有|几天 asks for 年假, not 假有."""
    stretch = ""
    for word in [*rjieba.cut(run), ""]:
        if word and word not in FUNCTION_WORDS:
            yield word, 1.0
            stretch += word
            continue
        if word:
            yield word, FUNCTION_WEIGHT
        for at in range(len(stretch) - 1):
            yield stretch[at : at + 2], _PAIR_WEIGHT
        stretch = ""


@lru_cache(maxsize=1)
def _function_stems() -> frozenset[str]:
    return frozenset(_thread_analyzer().analyze(_FUNCTION_WORDS_EN))


def _thread_analyzer() -> tantivy.TextAnalyzer:
    """An analyser cannot be used by two threads at once."""
    found: tantivy.TextAnalyzer | None = getattr(_local, "analyzer", None)
    if found is None:
        found = _local.analyzer = analyzer()
    return found
