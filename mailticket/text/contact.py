"""Who somebody is said to be: name, phone and mail address, in any order, out of a few words."""

import re
from dataclasses import dataclass

from mailticket.text.normalise import fold_digits

_ADDRESS = re.compile(r"(?:mailto:)?<?([a-z0-9._%+'-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+)>?", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d[\d -]{5,18}\d")
_EDGES = " .،,;؛:!?؟\"'«»()<>"
COMPARED = 9
"""By so many of its last digits a phone number is compared: with and without the country's code it is one."""


@dataclass(frozen=True, slots=True)
class Who:
    """What is said of somebody; "" for what is not. The phone is as it was written, with Western digits."""

    name: str = ""
    phone: str = ""
    address: str = ""

    @property
    def digits(self) -> str:
        """The end of the phone number, for comparing."""
        return "".join(filter(str.isdecimal, self.phone))[-COMPARED:]


def find_address(words: str) -> str:
    """The one plain mail address in the words, lower case; "" without one."""
    found = _ADDRESS.search(words)
    return found[1].lower() if found else ""


def split_who(words: str) -> Who:
    """Name, phone and address out of words in which they stand in any order."""
    rest = fold_digits(words)
    address, phone = find_address(rest), _PHONE.search(rest)
    name = rest
    for piece in (address, phone[0] if phone else ""):
        name = re.sub(re.escape(piece), " ", name, flags=re.IGNORECASE) if piece else name
    return Who(" ".join(name.split()).strip(_EDGES), phone[0] if phone else "", address)
