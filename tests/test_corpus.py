"""The table of `make corpus`, row by row, where the corpus is there: every figure that has a bar reaches it."""

import pytest

from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Mail
from tests.bench.corpus.__main__ import OWN
from tests.bench.corpus.checks import CHECKS, Figure, check_all, known_exceptions, reference_texts
from tests.bench.corpus.data import Entry, find_folder, load

FOLDER = find_folder()
pytestmark = pytest.mark.skipif(not (FOLDER / "MANIFEST.tsv").is_file(), reason=f"no corpus at {FOLDER}; set CORPUS to the folder")


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return load(FOLDER)


@pytest.fixture(scope="module")
def mails(entries: list[Entry]) -> dict[str, Mail]:
    return {entry.name: parse_mail(entry.raw, OWN) for entry in entries}


@pytest.fixture(scope="module")
def figures(entries: list[Entry], mails: dict[str, Mail]) -> dict[str, Figure]:
    return {figure.name: figure for figure in check_all(entries, mails)}


@pytest.mark.parametrize("name", [*(name for name, _, _ in CHECKS), "text of charset files"])
def test_a_figure_reaches_its_bar(name: str, figures: dict[str, Figure]) -> None:
    """What comes out of the corpus is what its sources say, to the bar of the table."""
    figure = figures[name]
    assert figure.asked
    assert figure.is_reached, figure.wrong


def test_every_excuse_is_needed(entries: list[Entry], mails: dict[str, Mail]) -> None:
    """A mail that comes out right has no reason beside it why it does not."""
    by_name = {entry.name: entry for entry in entries}
    checks = {check.__name__.removeprefix("check_"): check for _, check, _ in CHECKS}
    for table, files in known_exceptions().items():
        for file, reason in files.items():
            assert reason
            assert checks[table](by_name[file], mails[file]), f"{file} needs no excuse in [{table}]"


def test_the_reference_texts_are_many() -> None:
    """Sixty files at least are compared letter by letter."""
    assert len(reference_texts()) >= 60
