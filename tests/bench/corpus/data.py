"""The corpus as it lies in its folder: mails, what is known of each, and which of it the source itself states."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT = Path("../shared/corpus")
KINDS = {"mdn": "receipt", "delivery_notice": "receipt", "feedback": "report"}
"""The corpus' words for our kinds, where they differ (spec 2.3)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole mail of the corpus. `given` are the facts that its source states, `facts` all that are known."""

    name: str
    raw: bytes
    facts: dict[str, Any]
    given: dict[str, Any]

    @property
    def source(self) -> str:
        """The set that it comes from."""
        return self.name.partition("/")[0]


def find_folder() -> Path:
    """The folder that CORPUS names, or the one beside this project."""
    return Path(os.environ.get("CORPUS") or DEFAULT)


def load(folder: Path) -> list[Entry]:
    """Every whole mail, in the order of their names."""
    found = [entry for path in sorted(folder.glob("*/expected.json")) for entry in _load_set(path)]
    return sorted(found, key=lambda entry: entry.name)


def _load_set(path: Path) -> list[Entry]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    mails = ((name, facts) for name, facts in rows.items() if name != "_meta" and facts.get("file_type", "mail") == "mail")
    return [_load_entry(path.parent, name, facts) for name, facts in mails]


def _load_entry(folder: Path, name: str, facts: dict[str, Any]) -> Entry:
    given = {field: facts[field] for field in facts.get("given", ()) if field in facts}
    return Entry(f"{folder.name}/{name}", (folder / name).read_bytes(), facts, given)
