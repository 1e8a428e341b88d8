"""What the tests of our mails share: the shipped templates, and a desk with every way of contact."""

from collections.abc import Mapping
from pathlib import Path

from mailticket.model.policy import Contacts, Desk
from tests.people import DESK, make_settings

TEMPLATES = Path(__file__).parents[1] / "templates"
SETTINGS = make_settings(desk=Desk(address=DESK, contacts=Contacts("+966 11 555 0142", "+966 11 555 0142", "https://example.sa")))


def read_shipped() -> Mapping[str, str]:
    """Every shipped template by its name."""
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*") if path.is_file()}
