"""Rules that are edited while the daemon runs."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.daemon.edited import EditedRules
from mailticket.daemon.house import compile_rules
from mailticket.install import write_folder
from mailticket.settings import load_settings, read_rules

NEW = '[[rule]]\nname = "new"\nwhen = { any = ["canteen"] }\nthen = { team = "live" }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk's folder with the shipped rules."""
    write_folder(tmp_path / "desk", since=datetime(2026, 1, 1, tzinfo=UTC), address="info@example.sa")
    return tmp_path / "desk"


def watch(folder: Path, look: float = 0.0) -> EditedRules:
    """The rules of a folder, looked at each time."""
    settings = load_settings(folder / "settings.toml", {})
    return EditedRules(settings, compile_rules(read_rules(settings)), lambda: compile_rules(read_rules(settings)), look)


def names(rules: EditedRules) -> set[str]:
    return {rule.name for rule in rules().rules}


def test_edits_are_taken(folder: Path) -> None:
    """A file that is added, changed or taken away is in force with the next mail; without an edit the book stays the same one."""
    rules = watch(folder)
    assert rules() is rules()
    assert "new" not in names(rules)
    (folder / "rules" / "own.toml").write_text(NEW)
    assert "new" in names(rules)
    (folder / "rules" / "own.toml").write_text(NEW.replace('"new"', '"newer"'))
    assert "newer" in names(rules)
    (folder / "rules" / "own.toml").unlink()
    assert not {"new", "newer"} & names(rules)


def test_a_faulty_edit_is_not_taken(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A faulty file is named once with its line and remedy, the last good rules stay in force, and mending it is enough."""
    rules = watch(folder)
    before = rules()
    with caplog.at_level(logging.ERROR):
        (folder / "rules" / "own.toml").write_text(NEW.replace("any", "anny"))
        assert rules() is before
        assert rules() is before
    (said,) = caplog.messages
    assert "own.toml:3" in said
    assert "did you mean" in said
    (folder / "rules" / "own.toml").write_text(NEW)
    assert "new" in names(rules)


def test_files_are_looked_at_now_and_then(folder: Path) -> None:
    """Between two looks the files are left alone."""
    rules = watch(folder, look=3600.0)
    (folder / "rules" / "own.toml").write_text(NEW)
    assert "new" not in names(rules)
