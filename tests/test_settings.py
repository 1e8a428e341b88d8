"""settings.toml into values: what is read, and that each thing that can be wrong is said with its key, its line and a remedy."""

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.policy import DatedHours, Hours, Rate, Server, Settings, Shift, Target, Team
from mailticket.settings import (
    SettingsError,
    check_files,
    defaults_dir,
    find_settings,
    format_duration,
    format_rate,
    load_settings,
    make_secret,
    parse_duration,
    parse_rate,
    read_keyring,
    read_password,
    read_rules,
    read_templates,
    unread_keys,
)
from mailticket.settings.places import index_lines
from mailticket.settings.relations import ROOM
from mailticket.settings.servers import parse_database
from mailticket.settings.times import DAYS

DESK = '[desk]\naddress = "info@example.sa"\n'
MAILBOX = '[[mailbox]]\nname = "info"\nurl = "imaps://u@imap.example.sa"\npassword_file = "p"\n'
SMTP = '[smtp]\nurl = "smtps://smtp.example.sa"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def load(folder: Path, text: str, **environ: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environ)


def faults_of(folder: Path, text: str, **environ: str) -> list[tuple[str, str, str]]:
    """Key, place (the line alone for the file) and the whole text of each fault."""
    with pytest.raises(SettingsError) as caught:
        load(folder, text, **environ)
    path = str(folder / "settings.toml")
    return [(f.key, f.place.removeprefix(path).removeprefix(":"), str(f)) for f in caught.value.faults]


# --- what is read --------------------------------------------------------------------------------------------------------------


def test_the_shipped_file_says_the_defaults(folder: Path) -> None:
    """The reference loads, and each value in it that is not an example is the default of its field."""
    settings = load_settings(defaults_dir() / "settings.toml", {})
    tables = [settings.desk, settings.acknowledge, settings.hours, settings.digest, settings.retention]
    for table in tables:
        for field in fields(table):
            default = field.default_factory() if field.default_factory is not MISSING else field.default
            if field.name not in ("address", "secret_file"):
                assert getattr(table, field.name) == default, field.name
    for table, examples in ((settings.mailboxes[0], {"name", "url", "password_file", "since"}), (settings.smtp, {"url", "password_file"})):
        assert {f.name for f in fields(table) if getattr(table, f.name) != f.default} == examples


def test_a_desk_needs_no_more_than_an_address(folder: Path) -> None:
    """Without mailbox and relay a desk can still import."""
    settings = load(folder, DESK)
    assert (settings.desk.address, settings.mailboxes, settings.smtp) == ("info@example.sa", (), None)
    assert settings.root == folder


def test_relative_paths_start_at_the_folder_of_the_file(folder: Path) -> None:
    """Every path comes out absolute, defaults and the database's file included, wherever the program was started."""
    settings = load(folder, DESK + MAILBOX + '[hours]\nsessions = "/srv/s.ics"\n')
    assert settings.desk.secret_file == folder / "secret.key"
    assert settings.mailboxes[0].password_file == folder / "p"
    assert settings.hours.sessions == Path("/srv/s.ics")
    assert settings.database.url == f"sqlite:///{folder}/mailticket.db"


@pytest.mark.parametrize(
    "url",
    ["sqlite:////var/lib/m.db", "sqlite:///:memory:", "postgresql://mt@db.example.sa/mt", "postgresql:///mt?host=/run/postgresql"],
)
def test_databases(folder: Path, url: str) -> None:
    """An absolute file and PostgreSQL's URLs stay as they are."""
    assert load(folder, f'{DESK}[database]\nurl = "{url}"').database.url == url


def test_shipped_teams_hold_until_the_file_names_its_own(folder: Path) -> None:
    """Without a [[team]] the ten shipped ones apply, each with a title in both languages; one [[team]] takes their place."""
    shipped = {team.name: team for team in load(folder, DESK).teams}
    level_1 = {"enrolment", "platform", "account", "live", "trainer", "certificate", "content", "oversight", "general"}
    assert set(shipped) == level_1 | {"operations"}
    assert {team.level for name, team in shipped.items() if name in level_1} == {1}
    assert shipped["operations"].level == 2
    assert all(team.title.ar and team.title.en for team in shipped.values())
    assert load(folder, DESK + '[[team]]\nname = "one"').teams == (Team("one"),)


def test_own_targets_stand_beside_the_shipped_ones(folder: Path) -> None:
    """A row of [targets] replaces the shipped row of its name and leaves the others."""
    targets = load(folder, DESK + '[targets]\nhigh = { first_response = "30m" }\nemail = { resolution = "2d" }').targets
    assert targets["high"] == Target(timedelta(minutes=30), None)
    assert targets["email"] == Target(None, timedelta(days=2))
    assert targets["default"] == Target(timedelta(hours=4), timedelta(days=3))
    assert targets["facebook"] == Target(timedelta(minutes=15))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://info%40example.sa@imap.example.sa", Server("imaps", "imap.example.sa", 993, "info@example.sa", "implicit", "INBOX")),
        ("imap://u@h.example.sa/A%2FB", Server("imap", "h.example.sa", 143, "u", "starttls", "A/B")),
        ("imap://u@127.0.0.1:10143/INBOX?tls=none", Server("imap", "127.0.0.1", 10143, "u", "none", "INBOX")),
        ("imap://u@localhost?tls=none", Server("imap", "localhost", 143, "u", "none", "INBOX")),
        ("imap://u@[::1]:1430?tls=none", Server("imap", "::1", 1430, "u", "none", "INBOX")),
        ("imaps://info@example.sa@IMAP.example.sa:99", Server("imaps", "imap.example.sa", 99, "info@example.sa", "implicit", "INBOX")),
        (
            "imaps://u@بريد.السعودية/%D8%A7%D9%84%D9%88%D8%A7%D8%B1%D8%AF",
            Server("imaps", "xn--ngbof4h.xn--mgberp4a5d4ar", 993, "u", "implicit", "الوارد"),
        ),
    ],
)
def test_mailbox_urls(folder: Path, url: str, expected: Server) -> None:
    """A URL gives user, host, port, folder and the sort of TLS, with the usual ports where it names none."""
    assert load(folder, DESK + MAILBOX.replace("imaps://u@imap.example.sa", url)).mailboxes[0].url == expected


@pytest.mark.parametrize(("url", "port", "tls"), [("smtps://h.example.sa", 465, "implicit"), ("smtp://h.example.sa", 587, "starttls")])
def test_relay_urls(folder: Path, url: str, port: int, tls: str) -> None:
    """A relay needs no login, and its port follows from the scheme."""
    smtp = load(folder, f'{DESK}[smtp]\nurl = "{url}"').smtp
    assert smtp is not None
    assert smtp.url == Server(url.partition(":")[0], "h.example.sa", port, "", tls, "")


def test_a_second_relay(folder: Path) -> None:
    """[smtp.second] is a relay of its own."""
    smtp = load(folder, DESK + SMTP + '[smtp.second]\nurl = "smtp://127.0.0.1:2525?tls=none"\nrate = "30/min"').smtp
    assert smtp is not None
    assert smtp.second is not None
    assert (smtp.second.url.port, smtp.second.rate) == (2525, Rate(30, timedelta(minutes=1)))


def test_hours(folder: Path) -> None:
    """Shifts may be split, unordered and end at midnight; dates are dates; days that are not named keep their default."""
    text = """[hours]
    sunday = ["16:00-24:00", "8:00-12:00"]
    monday = []
    closed = [2026-12-31]
    dated = [{ from = 2027-02-08, to = 2027-03-09, hours = ["10:00-15:00"] }]
    """
    hours = load(folder, DESK + text).hours
    assert hours.sunday == (Shift(time(8), time(12)), Shift(time(16), time(0)))
    assert (hours.monday, hours.tuesday) == ((), Hours().tuesday)
    assert hours.closed == (date(2026, 12, 31),)
    assert hours.dated == (DatedHours(date(2027, 2, 8), date(2027, 3, 9), (Shift(time(10), time(15)),)),)


def test_people_and_forms(folder: Path) -> None:
    """Agents and forms come with their lists, and addresses in lower case."""
    text = """
    [[agent]]
    email = "Sara@Example.sa"
    name = { ar = "سارة", en = "Sara" }
    addresses = ["sara@example.com"]
    teams = ["certificate"]
    manager = true
    [[form]]
    name = "website"
    from = "forms@example.sa"
    secret = { field = "token", file = "form.secret" }
    fields = { name = ["الاسم", "Name"], email = ["البريد الإلكتروني"] }
    """
    settings = load(folder, DESK + text)
    sara = settings.find_agent("sara@example.com")
    assert sara is not None
    assert (sara.email, sara.name.ar, sara.manager) == ("sara@example.sa", "سارة", True)
    form = settings.forms[0]
    assert (form.sender, dict(form.fields)) == ("forms@example.sa", {"name": ("الاسم", "Name"), "email": ("البريد الإلكتروني",)})
    assert form.secret is not None
    assert form.secret.file == folder / "form.secret"


def test_since_keeps_its_zone(folder: Path) -> None:
    """A moment with any offset is the same moment."""
    assert load(folder, DESK + MAILBOX + "since = 2026-11-23T03:00:00+03:00").mailboxes[0].since == datetime(2026, 11, 23, tzinfo=UTC)


# --- laws ----------------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9))
def test_durations_come_back(seconds: int) -> None:
    """Writing a duration and reading it again gives the same duration."""
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@given(st.builds(Rate, st.integers(1, 10**9 - 1), st.integers(1, 10**9 - 1).map(lambda n: timedelta(seconds=n))) | st.just(Rate()))
def test_rates_come_back(rate: Rate) -> None:
    """Writing a rate and reading it again gives the same rate, the unlimited one too."""
    assert parse_rate(format_rate(rate)) == rate


@given(st.text())
def test_any_text_is_a_value_or_a_fault(text: str) -> None:
    """No text makes a reader fail in any other way than with a message and a remedy."""
    for parse in (parse_duration, parse_rate, parse_database):
        try:
            parse(text)
        except ValueError as error:
            assert error.remedy  # type: ignore[attr-defined]  # an UnfitError, or the test fails as it should


# --- the environment -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "get", "expected"),
    [
        ("DESK__ADDRESS", "help@example.sa", lambda s: s.desk.address, "help@example.sa"),
        ("DESK__ADDRESS", '"help@example.sa"', lambda s: s.desk.address, "help@example.sa"),
        ("DESK__HOLD", "0s", lambda s: s.desk.hold, timedelta(0)),
        ("DESK__PLUS_ADDRESSING", "false", lambda s: s.desk.plus_addressing, False),
        ("DESK__CONTACTS__PHONE", "966500000000", lambda s: s.desk.contacts.phone, "966500000000"),
        ("DESK__ALIASES", '["a@example.sa"]', lambda s: s.desk.aliases, ("a@example.sa",)),
        ("DESK__NAME", '{ ar = "مركز", en = "Centre" }', lambda s: s.desk.name.ar, "مركز"),
        ("MAILBOX__0__URL", "imaps://x@y.example.sa", lambda s: s.mailboxes[0].url.user, "x"),
        ("MAILBOX__0__SINCE", "2026-11-25T00:00:00Z", lambda s: s.mailboxes[0].since, datetime(2026, 11, 25, tzinfo=UTC)),
        ("SMTP__CONNECTIONS", "8", lambda s: s.smtp.connections, 8),
        ("SMTP__RATE", "", lambda s: s.smtp.rate, Rate()),
        ("SMTP__SECOND__URL", "smtp://h.example.sa", lambda s: s.smtp.second.url.host, "h.example.sa"),
        ("HOURS__SUNDAY", "[]", lambda s: s.hours.sunday, ()),
        ("HOURS__SESSIONS", "", lambda s: s.hours.sessions, None),
        ("TARGETS__HIGH__FIRST_RESPONSE", "30m", lambda s: s.targets["high"], Target(timedelta(minutes=30), timedelta(days=1))),
        ("TEAM__0__ASSIGN", "round_robin", lambda s: s.teams[0].assign, "round_robin"),
        ("DIGEST__DAILY", "07:30", lambda s: s.digest.daily, "07:30"),
    ],
)
def test_variables(folder: Path, name: str, value: str, get: object, expected: object) -> None:
    """Any key can be set by a variable, as TOML or as plain text."""
    settings = load(folder, DESK + MAILBOX + SMTP, **{f"MAILTICKET__{name}": value, "MAILTICKET_SETTINGS": "x"})
    assert get(settings) == expected  # type: ignore[operator]  # each row brings its own getter


def test_variables_make_new_elements(folder: Path) -> None:
    """A list grows by its next index, in the order of the numbers."""
    environ = {f"MAILTICKET__AGENT__{n}__EMAIL": f"a{n}@example.sa" for n in range(11)}
    assert [agent.email for agent in load(folder, DESK, **environ).agents] == [f"a{n}@example.sa" for n in range(11)]


@pytest.mark.parametrize(
    ("name", "value", "key", "said"),
    [
        ("DESK__ADRESS", "x", "desk.adress", 'did you mean "address"?'),
        ("DESK__HOLD", "soon", "desk.hold", "no duration"),
        ("SMTP__CONNECTIONS", "many", "smtp.connections", "not a whole number"),
        ("MAILBOX__0__IDLE", "yes", "mailbox[0].idle", "true or false"),
        ("MAILBOX__1__NAME", "second", "mailbox[1].url", "is missing"),
        ("MAILBOX__3__NAME", "x", "", "count from 0"),
        ("DESK__ADDRESS__X", "x", "", "no such key"),
        ("DESK__", "x", "", "no such key"),
        ("DESK__ALIASES", "a@example.sa", "desk.aliases", "write a list"),
    ],
)
def test_a_fault_of_a_variable_names_it(folder: Path, name: str, value: str, key: str, said: str) -> None:
    """What came from the environment is reported by the variable's name, not by a line."""
    found = faults_of(folder, DESK + MAILBOX + SMTP, **{f"MAILTICKET__{name}": value})
    assert [(k, place) for k, place, _ in found] == [(key, f"MAILTICKET__{name}")]
    assert said in found[0][2]


# --- faults --------------------------------------------------------------------------------------------------------------------

FAULTY = {
    "unknown key": ('[desk]\naddress = "a@example.sa"\nadres = "x"', "desk.adres", 3, 'did you mean "address"?'),
    "key of another table": (DESK + 'poll = "1s"', "desk.poll", 3, "it belongs to [[mailbox]]"),
    "unknown table": (DESK + "[colours]", "colours", 3, "the names known here are desk, mailbox"),
    "missing key": ("[desk]", "desk.address", 1, "is missing"),
    "missing in an element": (DESK + MAILBOX + '[[mailbox]]\nname = "b"', "mailbox[1].url", 7, "is missing"),
    "table for a list": (DESK + '[team]\nname = "x"', "team", 3, "[[team]]"),
    "list for a table": ("[[desk]]", "desk", 1, "one bracket"),
    "value for a table": ("desk = 5", "desk", 1, "not a table"),
    "number for text": ("[desk]\naddress = 5", "desk.address", 2, "not text"),
    "text for a table": (DESK + 'name = "Desk"', "desk.name", 3, "not a table"),
    "text for a number": (DESK + SMTP + 'connections = "4"', "smtp.connections", 5, "without quotes"),
    "true for a number": (DESK + SMTP + "connections = true", "smtp.connections", 5, "whole number"),
    "number for true": (DESK + "plus_addressing = 1", "desk.plus_addressing", 3, "true or false"),
    "text for a list": (DESK + 'aliases = "a@example.sa"', "desk.aliases", 3, "write a list"),
    "line break in text": (DESK + 'authserv_id = "a\\r\\nBcc: x"', "desk.authserv_id", 3, "line break"),
    "address": ('[desk]\naddress = "Info <info@example.sa>"', "desk.address", 2, "no mail address"),
    "element of a long list": (DESK + 'aliases = [\n  "a@example.sa",  # ours\n  "nope",\n]', "desk.aliases[1]", 5, "no mail address"),
    "long local part": (f'[desk]\naddress = "{"a" * (ROOM + 1)}@example.sa"', "desk.address", 2, f"room for {ROOM}"),
    "domain": (DESK + 'oversight = ["@tvtc.gov.sa"]', "desk.oversight[0]", 3, "after the @"),
    "language": (DESK + 'language = "fr"', "desk.language", 3, '"ar", "en"'),
    "time zone": (DESK + 'timezone = "Asia/Riyad"', "desk.timezone", 3, 'did you mean "Asia/Riyadh"?'),
    "colour": (DESK + 'accent = "green"', "desk.accent", 3, "six hexadecimal digits"),
    "pale colour": (DESK + 'accent = "#ffee00"', "desk.accent", 3, "too pale"),
    "inline table": (DESK + 'contacts = { phone = "1", fax = "2" }', "desk.contacts.fax", 3, "phone, whatsapp, website"),
    "duration without unit": (DESK + "hold = 120", "desk.hold", 3, '"120s"'),
    "duration": (DESK + 'hold = "2 weeks"', "desk.hold", 3, '"3d"'),
    "endless duration": (DESK + 'reopen = "99999999999d"', "desk.reopen", 3, "hundred years"),
    "duration too short": (DESK + MAILBOX + 'poll = "0s"', "mailbox[0].poll", 7, "at least"),
    "rate": (DESK + '[acknowledge]\nper_sender = "10 an hour"', "acknowledge.per_sender", 4, '"10/3h"'),
    "rate of nothing": (DESK + '[acknowledge]\noverall = "0/h"', "acknowledge.overall", 4, "turns the limit off"),
    "shift": (DESK + '[hours]\nsunday = ["9-5"]', "hours.sunday[0]", 4, '"08:00-21:00"'),
    "shift over midnight": (DESK + '[hours]\nsunday = ["22:00-02:00"]', "hours.sunday[0]", 4, "is two"),
    "shift past midnight": (DESK + '[hours]\nsunday = ["22:00-24:30"]', "hours.sunday[0]", 4, "24:00"),
    "shifts that overlap": (DESK + '[hours]\nsunday = ["08:00-12:00", "11:00-13:00"]', "hours.sunday", 4, "overlap"),
    "no hours at all": (DESK + "[hours]\n" + "".join(f"{day} = []\n" for day in DAYS[:5]), "hours", 3, "never works"),
    "dates the wrong way round": (
        DESK + '[hours]\ndated = [\n  { from = 2027-03-09, to = 2027-02-08, hours = ["10:00-15:00"] },\n]',
        "hours.dated[0].to",
        5,
        "before",
    ),
    "dates that overlap": (
        DESK + '[hours]\ndated = [\n  { from = 2027-02-08, to = 2027-03-09, hours = ["10:00-15:00"] },\n'
        '  { from = 2027-03-09, to = 2027-03-12, hours = ["10:00-15:00"] },\n]',
        "hours.dated[1].from",
        6,
        "overlaps hours.dated[0]",
    ),
    "closed for centuries": (
        DESK + "[hours]\ndated = [\n  { from = 2000-01-01, to = 2999-12-31, hours = [] },\n]",
        "hours.dated[0].hours",
        5,
        "closes the desk for",
    ),
    "shift without length": (DESK + '[hours]\nsunday = ["08:00-08:00"]', "hours.sunday[0]", 4, "no length"),
    "the whole day twice": (DESK + '[hours]\nsunday = ["00:00-24:00", "00:00-24:00"]', "hours.sunday", 4, "00:00-24:00"),
    "date in quotes": (DESK + '[hours]\nclosed = ["2026-12-31"]', "hours.closed[0]", 4, "without quotes"),
    "country": (DESK + '[hours]\nholidays = "XX"', "hours.holidays", 4, "no country"),
    "moment without zone": (DESK + MAILBOX + "since = 2026-11-23T00:00:00", "mailbox[0].since", 7, "no time zone"),
    "moment as a date": (DESK + MAILBOX + "since = 2026-11-23", "mailbox[0].since", 7, "not a moment"),
    "scheme": (DESK + '[smtp]\nurl = "imaps://smtp.example.sa"', "smtp.url", 4, "smtps://"),
    "no URL": (DESK + '[smtp]\nurl = "smtp.example.sa"', "smtp.url", 4, "no URL"),
    "port": (DESK + '[smtp]\nurl = "smtp://smtp.example.sa:99999"', "smtp.url", 4, "no URL"),
    "TLS off abroad": (DESK + '[smtp]\nurl = "smtp://smtp.example.sa?tls=none"', "smtp.url", 4, "in the clear"),
    "TLS off and on": (DESK + '[smtp]\nurl = "smtps://127.0.0.1?tls=none"', "smtp.url", 4, "smtp://"),
    "query": (DESK + '[smtp]\nurl = "smtp://127.0.0.1?verify=no"', "smtp.url", 4, "only"),
    "no user": (DESK + MAILBOX.replace("u@", ""), "mailbox[0].url", 5, "names no user"),
    "no password": (DESK + '[smtp]\nurl = "smtps://u@smtp.example.sa"', "smtp.url", 4, "no password"),
    "two passwords": (DESK + MAILBOX + 'password_env = "P"', "mailbox[0].password_env", 7, "two ways"),
    "password as its variable": (
        DESK + MAILBOX.replace('password_file = "p"', 'password_env = "p w"'),
        "mailbox[0].password_env",
        6,
        "never the password",
    ),
    "folder on a relay": (DESK + '[smtp]\nurl = "smtp://smtp.example.sa/INBOX"', "smtp.url", 4, "means nothing"),
    "database": (DESK + '[database]\nurl = "mysql://x/y"', "database.url", 4, "postgresql://"),
    "target": (DESK + '[targets]\nhihg = { resolution = "1d" }', "targets.hihg", 4, 'did you mean "high"?'),
    "targets the wrong way round": (
        DESK + '[targets]\nhigh = { first_response = "2d", resolution = "1d" }',
        "targets.high.resolution",
        4,
        "shorter",
    ),
    "level": (DESK + '[[team]]\nname = "x"\nlevel = 3', "team[0].level", 5, "from 1 to 2"),
    "name": (DESK + '[[team]]\nname = "فريق"', "team[0].name", 4, "short name"),
    "team of a mailbox": (DESK + MAILBOX + 'team = "generl"', "mailbox[0].team", 7, 'did you mean "general"?'),
    "team of an agent": (DESK + '[[agent]]\nemail = "a@example.sa"\nteams = ["live", "x"]', "agent[0].teams[1]", 5, "no team"),
    "done folder": (DESK + MAILBOX + 'done_folder = "Inbox"', "mailbox[0].done_folder", 7, "the watched folder itself"),
    "team that is no more": (DESK + MAILBOX + '[[team]]\nname = "one"', "mailbox[0].team", 3, 'no team "general"'),
    "mailbox twice": (DESK + MAILBOX + MAILBOX.replace("u@", "v@"), "mailbox[1].name", 8, "earlier [[mailbox]]"),
    "agent twice": (
        DESK + '[[agent]]\nemail = "a@example.sa"\n[[agent]]\nemail = "b@example.sa"\naddresses = ["A@example.sa"]',
        "agent[1].addresses[0]",
        7,
        "earlier",
    ),
    "agent at the desk's address": (DESK + '[[agent]]\nemail = "Info@example.sa"', "agent[0].email", 4, "own address"),
    "form label": (
        DESK + '[[form]]\nname = "w"\nfrom = "f@example.sa"\n[form.fields]\nemial = ["E"]',
        "form[0].fields.emial",
        7,
        'did you mean "email"?',
    ),
    "digest": (DESK + '[digest]\nweekly = "08:00 sunday"', "digest.weekly", 4, '"sunday 08:00"'),
    "monthly digest": (DESK + '[digest]\nmonthly = "31 08:00"', "digest.monthly", 4, "1 to 28"),
    "daily digest": (DESK + '[digest]\ndaily = "8 am"', "digest.daily", 4, '"08:00"'),
    "token URL": (
        DESK + MAILBOX.replace('password_file = "p"', '[mailbox.oauth]\ntoken_url = "http://x.example.com"\nclient_id = "c"\nclient_secret_file = "s"'),
        "mailbox[0].oauth.token_url",
        7,
        "https://",
    ),
    "empty path": (DESK + 'secret_file = ""', "desk.secret_file", 3, "name a file"),
    "TOML": (DESK + "language = ar", "", 3, "no valid TOML"),
    "TOML that ends early": (DESK + 'aliases = ["a"', "", 3, "no valid TOML"),
    "key twice": (DESK + 'address = "b@example.sa"', "", 3, "no valid TOML"),
}


@pytest.mark.parametrize(("text", "key", "line", "said"), FAULTY.values(), ids=FAULTY)
def test_each_fault_has_key_line_and_remedy(folder: Path, text: str, key: str, line: int, said: str) -> None:
    """One thing wrong gives one fault, at its very key and line, with words that help."""
    found = faults_of(folder, text)
    assert [(k, place) for k, place, _ in found] == [(key, str(line))]
    assert said in found[0][2]


def test_all_faults_come_at_once(folder: Path) -> None:
    """Faults of shape, of values and between keys are reported together, in the order of the file."""
    text = """[desk]
hold = 5
[smtp]
url = "smtps://u@smtp.example.sa"
conections = 3
[[agent]]
email = "a@example.sa"
teams = ["x"]
level = 9"""
    assert [place for _, place, _ in faults_of(folder, text)] == ["1", "2", "4", "5", "8", "9"]


def test_a_password_in_a_url_is_refused_and_not_repeated(folder: Path) -> None:
    """A secret that strayed into a URL is in no message."""
    [(key, place, said)] = faults_of(folder, DESK + '[smtp]\nurl = "smtps://u:hunter2@smtp.example.sa"')
    assert (key, place) == ("smtp.url", "4")
    assert "hunter2" not in said


def test_a_file_that_is_no_text(folder: Path) -> None:
    """Bytes that are no UTF-8 are placed at their line."""
    (folder / "settings.toml").write_bytes(b'[desk]\nname = "\xc7\xe1"\n')
    with pytest.raises(SettingsError, match=r"settings\.toml:2: this is no UTF-8 text"):
        load_settings(folder / "settings.toml", {})


def test_a_file_from_another_system(folder: Path) -> None:
    """A byte order mark and CRLF do no harm, to the lines neither."""
    (folder / "settings.toml").write_bytes(b"\xef\xbb\xbf" + (DESK + 'hold = "x"\n').replace("\n", "\r\n").encode())
    with pytest.raises(SettingsError, match=r"settings\.toml:3: desk\.hold"):
        load_settings(folder / "settings.toml", {})


def test_lines_of_every_sort_of_value() -> None:
    """The scanner follows quotes, comments, brackets and dotted keys, and is misled by none of them."""
    text = '''a = "[x]"  # [[no]]
b.c = """
[no]
d = 1 \\"""
"""
"e f" = [ [1,
  2], { g = 1.5, h = 'i = ]' } ]
[t]
u = 2026-11-23 00:00:00Z
[[l]]
[[l]]
m = 1
[l.n]
o = true'''
    lines = index_lines(text)
    wanted = {("a",): 1, ("b", "c"): 2, ("e f",): 6, ("e f", 0, 1): 7, ("e f", 1, "h"): 7, ("t", "u"): 9, ("l", 1): 11}
    wanted[("l", 1, "n", "o")] = 14
    assert {key: lines.get(key) for key in wanted} == wanted
    assert ("d",) not in lines


# --- files beside it -----------------------------------------------------------------------------------------------------------


def test_settings_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option comes before the variable, the variable before the working folder; a folder means the file in it."""
    for name in ("a", "b", "c"):
        (folder / name).mkdir()
        (folder / name / "settings.toml").write_text(DESK)
    monkeypatch.chdir(folder / "c")
    environ = {"MAILTICKET_SETTINGS": str(folder / "b")}
    assert find_settings(str(folder / "a" / "settings.toml"), environ) == folder / "a" / "settings.toml"
    assert find_settings(None, environ) == folder / "b" / "settings.toml"
    assert find_settings(None, {}) == Path("settings.toml")


def test_no_settings_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no settings yet is told how to make them."""
    monkeypatch.chdir(folder)
    with pytest.raises(SettingsError, match=r"^settings\.toml: .*mailticket init DIR"):
        find_settings(None, {})


def test_keyring_with_several_keys(folder: Path) -> None:
    """The first key signs, every key of the file verifies."""
    path = folder / "secret.key"
    new, old = f"b {make_secret()}\n", f"a {make_secret()}\n"
    path.touch(0o600)
    path.write_text(old)
    signed_before = read_keyring(path).sign(["x"])
    path.write_text("# keys\n\n" + new + old)
    ring = read_keyring(path)
    assert ring.sign(["x"]).startswith("b")
    assert ring.is_signed(signed_before, ["x"])


SECRET = "c2VjcmV0" * 5
"""A key of 30 bytes; the same in every run, since the names of tests are made of it."""


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (f"a {SECRET}", 0o640, "chmod 600"),
        ("", 0o600, "holds no key"),
        (f"{SECRET}\n", 0o600, ":1: no id"),
        (f"# x\nAB {SECRET}", 0o600, ":2: no id"),
        ("a c2hvcnQ=", 0o600, "shorter than 16"),
        ("a not*base64", 0o600, "no base64"),
        (f"a {SECRET}\na {SECRET}", 0o600, ":2: the id a stands twice"),
    ],
)
def test_faulty_keyrings(folder: Path, text: str, mode: int, said: str) -> None:
    """A keyring that is open to others or cannot be read is refused, without a word of what is in it."""
    path = folder / "secret.key"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(SettingsError) as caught:
        read_keyring(path)
    assert said in str(caught.value)
    assert not any(word in str(caught.value) for line in text.splitlines() for word in line.split() if len(word) > 6)


def test_passwords(folder: Path) -> None:
    """A password is a file's first line or a variable; none named is none needed, and one that is named must be there."""
    (folder / "p").write_text(" pass word \n")
    assert read_password(folder / "p", "", {}) == " pass word "
    assert read_password(None, "P", {"P": "x"}) == "x"
    assert read_password(None, "", {}) == ""
    for file, variable in ((folder / "none", ""), (None, "Q")):
        with pytest.raises(SettingsError, match="password into it"):
            read_password(file, variable, {})


def test_check_names_every_missing_file(folder: Path) -> None:
    """What the settings name and is not there is found before the daemon needs it."""
    settings = load(folder, DESK + MAILBOX + 'ca_file = "ca.pem"\n' + '[hours]\nsessions = "s.ics"')
    found = {(Path(f.place).name, f.severity) for f in check_files(settings, {})}
    assert found == {("p", "error"), ("ca.pem", "error"), ("s.ics", "error"), ("secret.key", "error"), ("settings.toml", "warning")}


def test_unread_keys_are_said(folder: Path) -> None:
    """A key that is accepted but that nothing reads yet is named with its place, once, and only when somebody wrote it."""
    path = folder / "settings.toml"
    path.write_text(DESK + '[retention]\nmail = "60d"\n')
    said = unread_keys(path, {"MAILTICKET__SMTP__SECOND__RATE": "30/min"})
    found = [(fault.key, fault.place.rpartition(":")[2], fault.severity) for fault in said]
    assert found == [("retention", "3", "info"), ("smtp.second.rate", "MAILTICKET__SMTP__SECOND__RATE", "info")]


def test_templates_override_by_name_and_rules_as_a_whole(folder: Path) -> None:
    """A desk's template hides the shipped one of its name; its rules folder takes the place of the shipped rules."""
    settings = load(folder, DESK)
    shipped_templates, shipped_rules = read_templates(settings), read_rules(settings)
    assert shipped_rules
    (folder / "templates" / "snippets").mkdir(parents=True)
    (folder / "templates" / "snippets" / "ours.txt").write_text("لنا", encoding="utf-8")
    (folder / "templates" / "ours.txt~").write_text("an editor's")
    (folder / "templates" / "README.md").write_text("for people")
    assert dict(read_templates(settings)) == {**shipped_templates, "snippets/ours.txt": "لنا"}
    (folder / "rules").mkdir()
    (folder / "rules" / "own.toml").write_text("# ours")
    (folder / "rules" / "README").write_text("no rules")
    assert dict(read_rules(settings)) == {"own.toml": "# ours"}
