"""What is read from mail beside its text: attached files, and what it quotes of earlier messages."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from knowledge.document import LoadedPart, Locator
from knowledge.errors import DocumentTooLarge
from knowledge.limits import ParseLimits
from knowledge.loaders import load_attachment
from knowledge.loaders.mail_message import MailMessageLoader
from tests import factories_documents as make


def message(text: str, *attached: tuple[str, bytes]) -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"] = "Office move", "Anna <anna@example.com>"
    made.set_content(text)
    for name, data in attached:
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made


def load(folder: Path, mail: EmailMessage, limits: ParseLimits = ParseLimits()) -> list[LoadedPart]:
    return list(MailMessageLoader(load_attachment).load(make.write(folder, "stored", mail.as_bytes()), limits=limits))


def placed(parts: list[LoadedPart]) -> list[tuple[Locator, str]]:
    return [(section.locator, section.text) for part in parts for section in part.sections]


def test_attached_files_are_read_under_their_names(tmp_path: Path) -> None:
    plan = make.pdf_of_pages([["First page."], ["Marketing moves to room 412."]])
    rules = make.docx(make.paragraph("Boxes", style="H1") + make.paragraph("A box weighs at most 20 kg."))
    parts = load(
        tmp_path, message("See the files.", ("plan.pdf", plan), ("rules.docx", rules), ("note.txt", b"Hello."))
    )
    found = placed(parts)
    assert "Attachments: plan.pdf, rules.docx, note.txt" in found[0][1]
    assert found[2] == (Locator(page=2, heading=("Office move", "plan.pdf")), "Marketing moves to room 412.")
    assert found[3][0] == Locator(heading=("Office move", "rules.docx", "Boxes"))
    assert found[3][1].endswith("A box weighs at most 20 kg.")
    assert found[4] == (Locator(heading=("Office move", "note.txt")), "Hello.")
    assert (parts[-1].pages_done, parts[-1].pages_total) == (4, 4)


def test_an_attachment_that_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    mail = message("Still here.", ("broken.docx", b"PK\x03\x04"), ("tool.exe", b"MZ"), ("after.txt", b"Read on."))
    found = placed(load(tmp_path, mail))
    assert "broken.docx, tool.exe" in found[0][1] and "Still here." in found[0][1]
    assert [text for _, text in found[1:]] == ["Read on."]


def test_a_bomb_in_an_attachment_is_refused_with_its_message(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge):
        load(tmp_path, message("Look.", ("bomb.docx", make.docx(make.paragraph("a" * 8_000_000)))))


def test_mail_attached_as_files_within_each_other_ends_at_the_limit(tmp_path: Path) -> None:
    mail = message("Innermost.")
    for number in range(5):
        mail = message(f"Level {number}.", ("inner.eml", mail.as_bytes()))
    assert placed(load(tmp_path, mail))[-1][1].endswith("Innermost.")
    with pytest.raises(DocumentTooLarge):
        load(tmp_path, mail, ParseLimits(nesting=3))


def test_pictures_of_a_signature_are_no_attachments(tmp_path: Path) -> None:
    mail = message("Regards")
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="logo.png", cid="<logo@x>")
    assert len(load(tmp_path, mail)) == 1


@pytest.mark.parametrize(
    ("quoted", "said_by"),
    [
        ("On Fri, 29 May 2026 at 09:12, Bob <bob@example.com> wrote:", None),
        ("On 29 May 2026, Bob Stone\n<bob@example.com> wrote:", "On 29 May 2026, Bob Stone <bob@example.com> wrote:"),
        ("Am 29. Mai 2026 schrieb Bob Stone:", None),
        ("李强 于2026年5月29日写道：", None),
    ],
)
def test_a_quoted_message_stands_under_who_wrote_it(quoted: str, said_by: str | None, tmp_path: Path) -> None:
    text = f"It is on 19 June.\n\n{quoted}\n> The move is on\n> 12 June.\n>> Really?\n\nSee you there.\n"
    found = placed(load(tmp_path, message(text)))
    assert found[0][1].endswith("It is on 19 June.")
    assert found[1][0].heading == ("Office move", said_by or quoted)
    assert "The move is on\n12 June." in found[1][1] and ">" not in found[1][1].replace("example.com>", "")
    assert found[2] == (Locator(heading=("Office move",)), "See you there.")


@pytest.mark.parametrize(
    "line", ["-----Original Message-----", "________________________________", "----- 原始邮件 -----"]
)
def test_an_earlier_message_below_a_dividing_line_stands_under_its_sender(line: str, tmp_path: Path) -> None:
    text = f"It is on 19 June.\n\n{line}\nFrom: Bob <bob@example.com>\nSubject: x\n\nThe move is on 12 June.\n"
    found = placed(load(tmp_path, message(text)))
    assert found[0][1].endswith("It is on 19 June.")
    assert found[1][0].heading == ("Office move", "From: Bob <bob@example.com>")
    assert found[1][1].endswith("The move is on 12 June.")


def test_marks_without_a_speaker_are_taken_off(tmp_path: Path) -> None:
    found = placed(load(tmp_path, message("> Is it on Friday?\nYes, it is.\n")))
    assert "\n\nIs it on Friday?\n\nYes, it is." in found[0][1]
