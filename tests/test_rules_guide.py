"""The guide to rules is true: its terminal session is run, and what it says of keywords holds."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.install import write_folder
from mailticket.tickets.rule import Action, Condition
from mailticket.tickets.rulefile import _THEN, _WHEN

GUIDE = (Path(__file__).parent.parent / "rules" / "README.md").read_text(encoding="utf-8")
MAIL = """From: Sara <sara@example.com>
To: info@example.sa
Subject: {subject}
Date: Sun, 22 Nov 2026 09:00:00 +0300
Message-ID: <{name}@example.com>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""
LETTERS = {
    "kept": ("الدرع", "مساء الخير\nمتى أستلم الدرع؟"),
    "shield": ("الدرع", "السلام عليكم\nمتى أستلم الدرع؟"),
    "password": ("دخول", "السلام عليكم\nنسيت كلمة المرور، أرجو المساعدة"),
}


def session() -> Iterator[tuple[str, str]]:
    """Each command of the guide's terminal sessions, with what it is said to print."""
    for block in re.findall(r"^```console\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = step.partition("\n")
            yield command, printed


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A desk that has taken in two mails, in a folder of its own; `mailticket` is on the path."""
    write_folder(tmp_path / "desk", since=datetime(2026, 1, 1, tzinfo=UTC), address="info@example.sa")
    for name in ("imap.password", "smtp.password"):
        (tmp_path / "desk" / name).write_text("secret")
        (tmp_path / "desk" / name).chmod(0o600)
    for name, (subject, text) in LETTERS.items():
        (tmp_path / "desk" / f"{name}.eml").write_text(MAIL.format(name=name, subject=subject, text=text), encoding="utf-8")
    program = tmp_path / "bin" / "mailticket"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mailticket "$@"\n')
    program.chmod(0o755)
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": root, "PWD": str(tmp_path / "desk"), "LC_ALL": "C.UTF-8"}


def run(command: str, environ: dict[str, str]) -> str:
    """What a command prints in the desk's folder."""
    shell = subprocess.run(["bash", "-c", command], cwd=environ["PWD"], env=environ, capture_output=True, text=True, check=False, encoding="utf-8")
    return shell.stdout + shell.stderr


def test_the_session_runs_as_written(environ: dict[str, str]) -> None:
    """Every command of "How to teach it a new word" prints what the guide says, from edit to replay."""
    run("mailticket import kept.eml password.eml", environ)
    steps = list(session())
    assert len(steps) == 5
    for command, printed in steps:
        assert run(command, environ) == printed, command


@pytest.mark.parametrize("key", sorted({*_WHEN, "any", "all", "none", *_THEN}))
def test_every_key_is_documented(key: str) -> None:
    """The guide has a line on every key that a rule may have."""
    assert re.search(rf"^\|[^|]*`{key}`[^|]*\|", GUIDE, re.MULTILINE) or f"`{key}`" in GUIDE


def test_the_keys_are_all() -> None:
    """A rule's values have a key each, so that the guide's tables can be complete."""
    assert len(_WHEN) + 3 == len(Condition.__dataclass_fields__)
    assert len(_THEN) == len(Action.__dataclass_fields__)
