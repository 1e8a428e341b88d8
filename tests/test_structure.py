"""The house stays as design says: who may import whom, where each library lives, what is pure, and documents that are not false.

Everything is read from the source by `ast`; a failing test names file and line, and says what to do.
"""

import ast
import functools
import itertools
import re
import statistics
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

import mailticket
from mailticket.model import policy
from mailticket.settings.defaults import defaults_dir
from mailticket.settings.places import index_lines
from mailticket.settings.shape import key_of, keys_of, structure

ROOT = Path(mailticket.__file__).resolve().parent
TESTS = Path(__file__).resolve().parent

ALLOWED = {
    "model": set(),
    "text": {"model"},
    "inbound": {"model", "text"},
    "tickets": {"model", "text"},
    "outbound": {"model", "text"},
    "desk": {"model", "text", "inbound", "tickets", "outbound"},
    "rounds": {"model", "text", "inbound", "tickets", "outbound", "desk"},
    "edges": {"model", "text"},
    "settings": {"model"},
    "install": {"settings"},
    "daemon": {"model", "text", "inbound", "tickets", "outbound", "desk", "rounds", "edges", "settings"},
    "demo": {"model", "text", "edges", "settings", "daemon"},
    "cli": {"model", "text", "inbound", "tickets", "outbound", "desk", "edges", "settings", "install", "daemon", "demo"},
    "__main__": {"cli"},
    "": set(),
}
"""Who may import whom. The siblings inbound, tickets and outbound never meet; `daemon` alone knows both edges and rounds."""

HOMES = {
    "imapclient": {"edges.imap"},
    "aiosmtplib": {"edges.smtp"},
    "oauthlib": {"edges.oauth"},
    "peewee": {"edges.moments", "edges.tables", "edges.database", "edges.schema", "edges.store"},
    "psycopg": {"edges.database"},
    "pymap": {"edges.demo_servers"},
    "aiosmtpd": {"edges.demo_servers"},
    "apscheduler": {"daemon.service"},
    "jinja2": {"outbound.render"},
    "selectolax": {"text.html"},
    "nh3": {"text.html"},
    "charset_normalizer": {"inbound.guess"},
    "ahocorasick": {"tickets.match"},
    "snowballstemmer": {"tickets.forms"},
    "re2": {"tickets.patterns"},
    "icalendar": {"tickets.sessions"},
    "recurring_ical_events": {"tickets.sessions"},
    "hijridate": {"text.hijri"},
    "holidays": {"tickets.hours", "settings.fields"},
    "cattrs": {"settings.shape", "settings.fields"},
    "structlog": {"cli.logs"},
    "click": {"cli"},
    "zstandard": {"model.packed"},
}
"""Where each vendor library lives: modules, or a whole package of ours."""

PURE = ("model", "text", "inbound", "tickets", "outbound", "desk", "rounds")
DOORS = {"os", "random", "secrets", "time", "socket", "subprocess", "tempfile", "shutil", "uuid", "getpass", "platform"}
"""What pure code does not import: files, clocks, chance and the network come in as arguments."""
FILE_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "iterdir", "rglob", "stat", "is_file", "exists"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}

LONGEST_FUNCTION, LONGEST_MODULE, DEEPEST = 40, 300, 2
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)


class Import(NamedTuple):
    """One import: the line, the module that is named, and the names taken out of it."""

    line: int
    module: str
    names: tuple[str, ...]


class Module(NamedTuple):
    """One module of ours; `name` is what comes after "mailticket." ("" for the package itself)."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def layer(self) -> str:
        return self.name.partition(".")[0]

    def imports(self, *, everywhere: bool = True) -> Iterator[Import]:
        for node in ast.walk(self.tree) if everywhere else self.tree.body:
            if isinstance(node, ast.Import):
                yield from (Import(node.lineno, alias.name, ()) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.path}:{node.lineno}: write the import in full, from mailticket.…"
                yield Import(node.lineno, node.module or "", tuple(alias.name for alias in node.names))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        yield from (node for node in ast.walk(self.tree) if isinstance(node, FUNCTION))


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def ours(imported: Import, known: set[str]) -> set[str]:
    """The modules of ours that an import reaches."""
    if imported.module.partition(".")[0] != "mailticket":
        return set()
    base = imported.module.removeprefix("mailticket").removeprefix(".")
    inside = {f"{base}.{name}".removeprefix(".") for name in imported.names}
    return {base} - {""} | inside & known


def report(findings: list[str]) -> None:
    """Fail with one finding a line."""
    assert not findings, "\n" + "\n".join(findings)


# --- who may import whom -------------------------------------------------------------------------------------------------------


def test_layers() -> None:
    """Every import goes to a layer that the table allows."""
    known = {module.name for module in modules()}
    assert {module.layer for module in modules()} <= ALLOWED.keys(), "a new layer needs a row in ALLOWED"
    report(
        [
            f"{module.path}:{found.line}: {module.layer} may not import {target}"
            for module in modules()
            for found in module.imports()
            for target in sorted(ours(found, known))
            if (layer := target.partition(".")[0]) != module.layer and layer not in ALLOWED[module.layer]
        ]
    )


def test_vendor_homes() -> None:
    """A vendor library is imported in its home and nowhere else, so that it can be exchanged there."""
    report(
        [
            f"{module.path}:{found.line}: {vendor} lives in {', '.join(sorted(HOMES[vendor]))}"
            for module in modules()
            for found in module.imports()
            if (vendor := found.module.partition(".")[0]) in HOMES and not {module.name, module.layer} & HOMES[vendor]
        ]
    )


def test_no_import_cycles() -> None:
    """No module is reached again from itself by the imports at the heads of modules."""
    known = {module.name for module in modules()}
    graph = {m.name: {t for i in m.imports(everywhere=False) for t in ours(i, known)} - {m.name} for m in modules()}
    for name in graph:
        graph[name] &= graph.keys()
    while leaves := [name for name, targets in graph.items() if not targets & graph.keys()]:
        for name in leaves:
            del graph[name]
    report([f"in or before a cycle: {name} -> {', '.join(sorted(targets & graph.keys()))}" for name, targets in graph.items()])


def test_purity() -> None:
    """Left of the daemon there is no clock, no file, no chance and no environment: they come in as arguments."""
    report([finding for module in modules() if module.layer in PURE for finding in find_impurities(module)])


def find_impurities(module: Module) -> Iterator[str]:
    for found in module.imports():
        if found.module.partition(".")[0] in DOORS:
            yield f"{module.path}:{found.line}: {module.layer} is pure and imports {found.module}: take what it gives as an argument"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS:
            yield f"{module.path}:{node.lineno}: {node.value.id}.{node.attr}: take `now` as an argument"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield f"{module.path}:{node.lineno}: open(): take the bytes as an argument"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILE_METHODS:
            yield f"{module.path}:{node.lineno}: .{node.func.attr}(): take what is read as an argument"


# --- the budget of style -------------------------------------------------------------------------------------------------------


def test_lengths() -> None:
    """No function is longer than 40 lines, no module longer than 300; medians stay at 8 and 130."""
    functions = {f"{m.path}:{f.lineno} {f.name}": (f.end_lineno or f.lineno) - f.lineno + 1 for m in modules() for f in m.functions()}
    lines = {str(m.path): len(m.path.read_text(encoding="utf-8").splitlines()) for m in modules()}
    report(
        [f"{where}: {size} lines, at most {LONGEST_FUNCTION}" for where, size in functions.items() if size > LONGEST_FUNCTION]
        + [f"{where}: {size} lines, at most {LONGEST_MODULE}" for where, size in lines.items() if size > LONGEST_MODULE]
    )
    assert statistics.median(functions.values()) <= 8
    assert sorted(functions.values())[int(len(functions) * 0.9)] <= 25
    assert statistics.median(lines.values()) <= 130


def test_nesting() -> None:
    """Nine functions in ten nest at most two control statements."""
    depths = sorted(depth(function) for module in modules() for function in module.functions())
    assert depths[int(len(depths) * 0.9)] <= DEEPEST


def depth(node: ast.AST, level: int = 0) -> int:
    inner = [child for child in ast.iter_child_nodes(node) if not isinstance(child, FUNCTION)]
    return max([level, *(depth(child, level + isinstance(child, NESTING)) for child in inner)])


def test_everything_public_is_documented() -> None:
    """Each module says why it is there, and each public function, class and method has a docstring."""
    report(
        [f"{m.path}:1: the module has no docstring" for m in modules() if not ast.get_docstring(m.tree)]
        + [f"{m.path}:{node.lineno}: {node.name} has no docstring" for m in modules() for node in find_undocumented(m.tree)]
    )


def find_undocumented(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for child in node.body:
        if isinstance(child, (*FUNCTION, ast.ClassDef)) and not child.name.startswith("_"):
            if not ast.get_docstring(child):
                yield child
            if isinstance(child, ast.ClassDef):
                yield from find_undocumented(child)


IGNORE = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<codes>:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*|\[[a-z, -]+\])?(?P<rest>.*)")


def test_every_ignore_is_signed() -> None:
    """An ignore names its code and has its reason beside it."""
    findings = []
    for path in sorted([*ROOT.rglob("*.py"), *TESTS.rglob("*.py")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = IGNORE.search(line)
            if found and "IGNORE" not in line and (not found["codes"] or not re.search(r"\w+.? \w+", found["rest"])):
                findings.append(f"{path}:{number}: write the code, and the reason after it: {found[0].strip()}")
    report(findings)


def test_tests_use_twins_not_mocks() -> None:
    """No test imports unittest.mock."""
    for path in sorted(TESTS.rglob("*.py")):
        module = Module(path.stem, path, ast.parse(path.read_text(encoding="utf-8")))
        named = {name for found in module.imports() for name in (found.module, *found.names)}
        assert not named & {"unittest.mock", "mock", "pytest_mock"}, f"{path}: use a twin (maildir source, mbox sink) instead of a mock"


# --- documents that are not false ----------------------------------------------------------------------------------------------


MAP = re.findall(r"^ {0,4}([a-z_]+(?:\.[a-z_0-9]+)*) {2,}(\S.*)$", mailticket.__doc__ or "", re.MULTILINE)


def test_the_map_lists_every_module() -> None:
    """The docstring of the package has one line for each module, and none for what is not there."""
    listed = [name for name, _ in MAP]
    there = {module.name for module in modules()} - {"", "__main__"}
    report(
        [f"mailticket/__init__.py: the map has no line for {name}" for name in sorted(there - set(listed))]
        + [f"mailticket/__init__.py: the map lists {name}, which is not there" for name in sorted(set(listed) - there)]
        + [f"mailticket/__init__.py: the map lists {name} twice" for name in sorted({n for n in listed if listed.count(n) > 1})]
    )


def test_the_map_says_what_the_modules_say() -> None:
    """Each line of the map is how its module begins, and ends where a thought does: at the end of a sentence, or before one of `:;,`."""
    begins = {module.name: " ".join((ast.get_docstring(module.tree) or "").split()) for module in modules()}
    report(
        [
            f"mailticket/__init__.py: the line of {name} is not how the module's docstring begins, or ends within a thought: {line}"
            for name, line in MAP
            if not re.match(re.escape(line) + r"(?:$|[.:;,](?: |$)|(?<=\?) )", begins.get(name, line))
        ]
    )


@functools.cache
def reference() -> str:
    """settings.toml with the keys that it shows as examples (`#key = …`) switched on."""
    text = (defaults_dir() / "settings.toml").read_text(encoding="utf-8")
    return re.sub(r"^#(?=[\[a-z])", "", text, flags=re.MULTILINE)


def test_every_key_of_the_reference_is_a_field() -> None:
    """What settings.toml shows can be set, the examples that are switched off too."""
    assert structure(tomllib.loads(reference()))[1] == []


def test_every_field_stands_in_the_reference() -> None:
    """Each field that a settings file can set stands in settings.toml, in the table that it belongs to."""
    shown: dict[type, set[str]] = {}
    collect_keys(tomllib.loads(reference()), policy.Settings, shown)
    shown[policy.DatedHours] = set(re.findall(r"(\w+) =", find_comment("dated")))  # its one line of example is in its comment
    tables = {cls for _, cls in vars(policy).items() if is_dataclass(cls)} - {policy.Relay, policy.Server, policy.Rate, policy.Shift}
    report(
        [
            f"settings.toml: no table that becomes {cls.__name__} shows the key {key}"
            for cls in sorted(tables, key=lambda cls: cls.__name__)
            for key in keys_of(cls)
            if key not in shown.get(cls, set())
        ]
    )


def collect_keys(table: Mapping[str, Any], cls: type, shown: dict[type, set[str]]) -> None:
    """Note which keys each class is shown with, from its table down."""
    shown.setdefault(cls, set()).update(table)
    for field in fields(cls):
        value = table.get(key_of(cls, field.name))
        inner = next((c for c in (field.type, *get_args(field.type)) if is_dataclass(c)), None)
        for item in value if isinstance(value, list) else [*value.values()] if field.name == "targets" else [value]:
            if inner and isinstance(item, dict):
                collect_keys(item, inner, shown)


def find_comment(name: str) -> str:
    """The comment lines right above a key."""
    lines = reference().splitlines()
    end = next(n for n, line in enumerate(lines) if line.startswith(f"{name} = "))
    return "\n".join(itertools.takewhile(lambda line: line.startswith("#"), reversed(lines[:end])))


def test_every_key_of_the_reference_has_its_comment() -> None:
    """Above each key, or above the keys right above it, a comment says what it is for; a further element of a list needs none."""
    text = reference()
    lines = text.splitlines()
    findings = []
    for key, number in index_lines(text).items():
        first = all(part == 0 for part in key if isinstance(part, int))
        if first and re.match(r"\w+ =", lines[number - 1]) and not has_comment(lines, number - 2):
            findings.append(f"settings.toml:{number}: {key[-1]} has no comment")
    report(findings)


def has_comment(lines: list[str], at: int) -> bool:
    while re.match(r"\w+ =", lines[at]):
        at -= 1
    return lines[at].startswith("# ")


# --- the files around the code -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["demo", "test", "maillint", "lint", "types", "bench", "soak", "pictures", "wheel", "help"])
def test_make_knows_its_targets(target: str) -> None:
    """The Makefile has each target that the documents name, each with a line of help."""
    makefile = (ROOT.parent / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE), f"Makefile: no target {target} with a line of help"
