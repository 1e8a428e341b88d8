"""An answer told from the mail of ours that it quotes, by the words of that mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.inbound.answered import split_answer
from mailticket.inbound.signature import cut_signature

SAID = "Hello,\nmy certificate from Manar has not arrived.\n\nCan you send it again, please?"
NOTICE = (
    f"-- please type your answer above this line --\n\n{SAID}\n\n{'-' * 64}\nNew ticket: Request\n[MT-1001]\n\nRequester: Noura\n"
    "Type: Request\nTeam: Certificates\nOwner: nobody yet\nFirst answer before: Tuesday 1:00 pm\n\nWhy it came to this team:\n"
    "certificate-manar: manar\n\nAnswer this notice and your words go to the requester from\ninfo@example.sa,\nwithout your address."
)
HEAD = "From: Noura via Masaraat <info@example.sa>\nSent: Tuesday, November 24, 2026 9:00 AM\nTo: Sara <sara@example.sa>\nSubject: certificate [MT-1001]\n"
WROTE = "On Tue, Nov 24, 2026 at 9:00 AM Noura via Masaraat <info@example.sa> wrote:\n"


def split(text: str) -> tuple[str, float]:
    """The new words, and how sure they are."""
    reply = split_answer(text, [NOTICE], [SAID], lambda words: cut_signature(words, ["sara@example.sa"], ["Sara"]))
    assert reply is not None
    return reply.text, reply.sure


def mark(text: str) -> str:
    """Text as quoted."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize(("head", "quote"), [(HEAD, str), (WROTE, mark), ("", mark), ("", str)], ids=["Outlook", "Gmail", "marks alone", "nothing"])
@pytest.mark.parametrize("line", [line for line in dict.fromkeys(NOTICE.split("\n")) if line.strip("-")])
def test_an_answer_below_any_line_arrives_alone(head: str, quote: type[str], line: str) -> None:
    """One answer below one line of the notice: the answer, and above it what it answers where the requester said that."""
    above, _, below = NOTICE.partition(line)
    text, sure = split(f"{head}\n{quote(above + line)}\n\nThat is not so.\n\n{quote(below.lstrip())}")
    assert [part for part in text.split("\n") if not part.startswith(">")] == ["That is not so."]
    assert all(part[2:] in SAID for part in text.split("\n") if part.startswith(">"))
    assert text.startswith("> ") == (line in SAID)
    assert sure > 0.9


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{NOTICE.replace('Team: Certificates', 'Team: Certificates, but it is about the platform')}",
        f"See below.\n\n{WROTE}{mark(NOTICE)}\n\nFrom: Omar <omar@example.sa>\nSent: Monday, November 23, 2026 9:00 AM\nTo: Sara <sara@example.sa>\nSubject: x\n\nsecret",
    ],
    ids=["on the line of ours", "another mail below"],
)
def test_what_can_not_be_told_apart_is_doubted(text: str) -> None:
    """Where words of ours and of the agent share a line, or an older mail hangs below, a person has to look."""
    assert split(text)[1] < 0.7


def test_without_the_notice_nothing_is_said() -> None:
    """A mail that quotes something else is left to the marks of mail programs."""
    assert split_answer(f"Yes.\n\n{WROTE}\n> Shall we go to the museum on Friday afternoon?", [NOTICE], [SAID]) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It was sent.\nTell us tomorrow\nSara Al-Harbi\nOffice 12\nsara@example.sa", "It was sent.\nTell us tomorrow"),
        ("It was sent.\n\nSara Al-Harbi\nCertificates\n+966 11 555 0199", "It was sent."),
        ("It was sent.\n\nPlease write to me directly at sara@example.sa when you have it", None),
        ("It was sent.\n\nSara", None),
        ("Sara Al-Harbi called you at noon.\nPlease call back, it is about your certificate.", None),
    ],
    ids=["under the words", "name without address", "a sentence with the address", "the name alone", "a sentence with the name"],
)
def test_a_signature_is_cut_and_no_word_with_it(text: str, wanted: str | None) -> None:
    """The agent's block of name and address goes; the words above it stay, and so does a sentence."""
    assert cut_signature(text, ["sara@example.sa"], ["Sara"]) == (wanted if wanted is not None else text)


_words = st.lists(st.sampled_from(["we", "sent", "yours", "on", "Monday", "نعم", "غداً", "إن شاء الله", "17", "Dear"]), min_size=2, max_size=6).map(" ".join)


@given(st.dictionaries(st.integers(0, len(NOTICE.split("\n")) - 1), _words, max_size=5), _words, st.booleans(), st.booleans())
def test_no_word_of_the_answer_is_lost_and_none_of_the_notice_gained(below: dict[int, str], top: str, marked: bool, inside: bool) -> None:
    """Wherever answers stand in the notice, in the quote or beside it, they come out in their order with nothing but the requester's words."""
    lines = []
    for at, line in enumerate(NOTICE.split("\n")):
        lines.append(f"> {line}" if marked else line)
        if at in below:
            lines += ["", f"> {below[at]}" if marked and inside else below[at], ""]
    text, sure = split(f"{top}\n\n{WROTE if marked else HEAD}\n" + "\n".join(lines))
    said = [line for line in text.split("\n") if line and not line.startswith(">")]
    assert said == [top, *(words for _, words in sorted(below.items()))]
    assert all(line[2:] in SAID for line in text.split("\n") if line.startswith(">"))
    assert sure > 0.9
