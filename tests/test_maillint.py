"""Every mail of the desk against what Outlook, Gmail and Apple Mail can show, by the data of caniemail.com."""

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.bench.pictures import render_all

HERE = Path(__file__).parent
BUILT = HERE.parent / "build" / "maillint"
CLIENTS = ("outlook.windows", "outlook.macos", "outlook.ios", "outlook.android", "gmail.*", "apple-mail.*")
"""All of the three families but Windows Mail, which its maker withdrew at the end of 2024."""

EXCEPTIONS = {
    "<body> element": "a mail without one is no HTML; programs that put their own in its place keep our table, which has the same ground",
    "<style> element": "the sheet adds dark mode and phones; every mail is whole by its inline styles, tested without the sheet",
    "Class selector": "stands in that sheet alone",
    "Descendant combinator": "stands in that sheet alone: Outlook's own mark of its dark mode",
    "Attribute selector": "stands in that sheet alone: Outlook's own mark of its dark mode",
    "@media": "stands in that sheet alone: dark mode, and smaller margins on phones",
    "border-radius": "corners are square where it is unknown, and nothing else changes",
    "<bdi> element": "where it is unknown its text stays, and the direction of the block around it is said by dir",
    "white-space": "keeps a promised moment on one line; where it is unknown the moment may break, and is read as well",
    "display:none": "the preheader: where it is unknown, it is one pixel high and in the colour of its ground",
}
"""What is used although not every one of them knows it, with the reason. At most ten."""

pytestmark = [
    pytest.mark.skipif(not shutil.which("node"), reason="there is no Node on this machine (Debian: apt-get install nodejs npm)"),
    pytest.mark.skipif(not (BUILT / "node_modules").is_dir(), reason="the linter is not installed: make maillint"),
]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What the linter finds in every kind of mail in both languages."""
    return lint(tmp_path_factory.mktemp("mails"))


def lint(folder: Path) -> list[dict[str, object]]:
    """Write every mail into a folder and run the linter over it."""
    for name, html in render_all():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    shutil.copy(HERE / "maillint" / "lint.mjs", BUILT)
    found = subprocess.run(["node", BUILT / "lint.mjs", folder, *CLIENTS], capture_output=True, text=True, check=True, timeout=300)
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_no_mail_uses_what_is_not_known(findings: list[dict[str, object]]) -> None:
    """Outlook, Gmail and Apple Mail can show everything that our mails use, but for the exceptions that have their reason."""
    strange = {f"{one['feature']}: {one['clients']}" for one in findings if one["feature"] not in EXCEPTIONS}
    assert sorted(strange) == []


def test_every_exception_is_needed(findings: list[dict[str, object]]) -> None:
    """There are at most ten, each with a reason, and none that no mail uses."""
    assert len(EXCEPTIONS) <= 10
    assert sorted(EXCEPTIONS.keys() - {one["feature"] for one in findings}) == []
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def main() -> None:
    """Say what was linted, every error, and every exception with its reason (`make maillint`)."""
    with TemporaryDirectory() as folder:
        found = lint(Path(folder))
        mails = len(list(Path(folder).glob("*.html")))
    errors = [one for one in found if one["feature"] not in EXCEPTIONS]
    print(f"{mails} mails for Outlook, Gmail and Apple Mail: {len(errors)} errors, {len(EXCEPTIONS)} exceptions")
    print(*(f"error: {one}" for one in errors), *(f"exception: {name}: {why}" for name, why in EXCEPTIONS.items()), sep="\n")


if __name__ == "__main__":
    main()
