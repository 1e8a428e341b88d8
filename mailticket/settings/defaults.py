"""The files that are shipped with the program and lie in a desk's folder too: who wins, and how they are read.

Templates override one another by name, so that a desk may change one mail and keep the rest; rules are one set that is thought out
together, so a desk's own folder stands alone.
"""

from collections.abc import Mapping
from pathlib import Path

from mailticket.model.policy import Settings
from mailticket.settings.faults import Fault, SettingsError


def defaults_dir() -> Path:
    """The folder that holds the shipped settings.toml, templates/ and rules/: in the installed package, or the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "defaults"
    return installed if installed.is_dir() else package.parent


def read_text(path: Path, remedy: str) -> str:
    """A whole file as text (UTF-8, with or without a mark); raises SettingsError with that remedy when it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError([Fault("", f"{path}:{line}", "this is no UTF-8 text", "save the file as UTF-8")]) from None
    except IsADirectoryError:
        raise SettingsError([Fault("", str(path), "this is a folder, not a file", remedy)]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError([Fault("", str(path), f"cannot be read ({reason})", remedy)]) from None


def read_templates(settings: Settings) -> Mapping[str, str]:
    """Every template's text by its name below templates/ ("snippets/welcome.txt"); the desk's own override the shipped ones."""
    own = _read_tree(settings.root / "templates")
    return read_shipped_templates() | {name: text for name, text in own.items() if not name.endswith(".md")}


def read_shipped_templates() -> dict[str, str]:
    """The templates that came with the program, by their names."""
    return {name: text for name, text in _read_tree(defaults_dir() / "templates").items() if not name.endswith(".md")}


def read_snippets(settings: Settings) -> Mapping[str, str]:
    """The canned replies by file name ("snippets/remote.ar.txt"); the desk's own override the shipped ones."""
    folders = (defaults_dir() / "templates" / "snippets", settings.root / "templates" / "snippets")
    return {f"snippets/{name}": text for folder in folders for name, text in _read_tree(folder).items() if name.endswith(".txt")}


def read_rules(settings: Settings) -> Mapping[str, str]:
    """The text of every rule file by its name; the folder rules/ beside settings.toml, or else the shipped rules."""
    return {name: text for name, text in _read_tree(_rules_folder(settings)).items() if name.endswith(".toml")}


def stamp_rules(settings: Settings) -> tuple[tuple[str, int, int], ...]:
    """Every rule file with the time of its last change (ns) and its size: another stamp means that somebody has edited them."""
    found = ((name, path.stat()) for name, path in list_files(_rules_folder(settings)).items() if name.endswith(".toml"))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _rules_folder(settings: Settings) -> Path:
    own = settings.root / "rules"
    return own if own.is_dir() else defaults_dir() / "rules"


def list_files(folder: Path) -> dict[str, Path]:
    """The files of a folder and those below it by their names, in order; what is hidden or an editor's back-up is no part of it."""
    files = ((path.relative_to(folder), path) for path in sorted(folder.rglob("*")) if path.is_file())
    return {name.as_posix(): path for name, path in files if not _is_litter(name)}


def _is_litter(name: Path) -> bool:
    return name.name.endswith(("~", ".pyc", ".swp", ".orig", ".rej")) or any(part.startswith((".", "#")) for part in name.parts)


def _read_tree(folder: Path) -> dict[str, str]:
    return {name: read_text(path, "make the file readable for the user that runs mailticket") for name, path in list_files(folder).items()}
