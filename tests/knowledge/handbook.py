"""A small handbook in both languages, as chunks with real vectors."""

from __future__ import annotations

from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index import KnowledgeIndex
from knowledge.index.fusion import fitted_fusion
from knowledge.retrieval import Hit, IndexedChunk, Passage
from knowledge.vector_stores import create_vector_store
from tests.knowledge.hashed_words import indexed

ENGLISH = {
    "Annual leave": "Full-time employees get 15 days of paid annual leave per calendar year. Unused leave of up to "
    "five days carries over to 31 March of the following year. Requests go to the line manager two weeks ahead.",
    "Sick leave": "Report sickness before 9:30 on the first day. A doctor's note is needed from the third day on.",
    "Travel expenses": "Submit claims within 30 days of the trip. The daily allowance is 28 euros inside the country "
    "and 40 euros abroad. It is paid with the next salary.",
    "Passwords": "To reset your password, open the account page, choose Security and click Reset password. The link is "
    "valid for one hour.",
    "Refunds": "Goods may be returned within 30 days of delivery. Refunds reach the original payment method within 5 "
    "to 7 business days.",
}
CHINESE = {
    "年假": "正式员工每个自然年享有15天带薪年假。未休完的年假最多可结转5天，须在次年3月31日前休完。"
    "请假需提前两周提交申请。",
    "病假": "请于当天上午9:30之前报备病假。连续三天以上的病假需提供医院证明。",
    "差旅报销": "出差结束后30天内提交报销申请。国内出差补贴每天200元，境外每天400元。补贴随当月工资发放。",
    "密码": "如需重置密码，请打开账号页面，选择“安全”，点击“重置密码”。链接一小时内有效。",
    "退款": "客户可在收货后30天内退货。退款将在5至7个工作日内原路退回。",
}


def chunks(embedder: RoutedEmbedder, language: str, *subjects: str) -> list[IndexedChunk]:
    """One chunk a subject; all of them when none is named."""
    title, texts = ("Handbook", ENGLISH) if language == "en" else ("员工手册", CHINESE)
    return [
        indexed(
            embedder, f"{language}-{subject}", text, document=title, heading=f"{title} / {subject}", language=language
        )
        for subject, text in texts.items()
        if not subjects or subject in subjects
    ]


def index_of(embedder: RoutedEmbedder, held: list[IndexedChunk]) -> KnowledgeIndex:
    index = KnowledgeIndex("handbook", embedder, create_vector_store("faiss"), fitted_fusion())
    index.apply(held, [], revision=1)
    return index


def as_passages(hits: list[Hit], held: list[IndexedChunk]) -> list[Passage]:
    by_id = {chunk.chunk_id: chunk for chunk in held}
    return [
        Passage(
            hit.chunk_id,
            by_id[hit.chunk_id].document_id,
            by_id[hit.chunk_id].document_id,
            by_id[hit.chunk_id].text,
            {"heading": by_id[hit.chunk_id].heading.split(" / ")},
            by_id[hit.chunk_id].language,
            hit.score,
        )
        for hit in hits
    ]
