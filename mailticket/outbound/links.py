"""The links of the question after resolving: plain mailto addresses with subject and text written already (RFC 6068).

Nothing is opened on the web, and nothing happens until the person sends the mail. What the desk reads of it are the signed address (or
the code in the subject) and, for a rating, the first figure from 1 to 5.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from mailticket.model.mail import Language
from mailticket.model.policy import Bilingual
from mailticket.text.marks import VERDICTS

LABELS = {
    "solved": Bilingual("نعم، تمت المعالجة", "Yes, it is solved"),
    "unsolved": Bilingual("لا، لم تتم بعد", "No, it is not"),
}
SUBJECTS = {
    "solved": Bilingual("تمت المعالجة", "Solved"),
    "unsolved": Bilingual("لم تتم المعالجة بعد", "Not solved"),
    "rate": Bilingual("تقييم الخدمة", "Rating"),
}
SCORES = (1, 2, 3, 4, 5)
_DIGITS = "٠١٢٣٤٥"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: what it says, where it leads, the bare address, and the code for the subject where addresses can't carry it ("")."""

    label: str
    href: str
    address: str
    code: str = ""


def make_verdicts(data: Mapping[str, object], tag: str, language: Language, *, with_codes: bool) -> Iterator[Link]:
    """The links for solved and not solved, in that order; none for a notice that asks nothing."""
    for name, label in LABELS.items():
        text = _pick(VERDICTS[name], language)
        yield from _link(data, name, _pick(label, language), text, (tag, language, with_codes))


def make_ratings(data: Mapping[str, object], tag: str, language: Language, *, with_codes: bool) -> Iterator[Link]:
    """A link for each score, from 1 to 5."""
    for score in SCORES:
        text = _pick(VERDICTS["rate"], language).format(score=score)
        label = str(score) if language is Language.EN else _DIGITS[score]
        yield from _link(data, "rate", label, text, (tag, language, with_codes))


def _link(data: Mapping[str, object], name: str, label: str, text: str, about: tuple[str, Language, bool]) -> Iterator[Link]:
    addresses, codes = data.get("verdicts"), data.get("codes")
    if not isinstance(addresses, Mapping) or not isinstance(codes, Mapping) or name not in addresses:
        return
    tag, language, with_codes = about
    code = str(codes[name]) if with_codes else ""
    subject = " ".join(filter(None, (_pick(SUBJECTS[name], language), code, tag)))
    address = str(addresses[name])
    href = f"mailto:{quote(address, safe='@+')}?subject={quote(subject, safe='')}&body={quote(text, safe='')}"
    yield Link(label, href, address, code)


def _pick(text: Bilingual, language: Language) -> str:
    return text.en if language is Language.EN else text.ar
