"""The settings as values: what `settings.toml` may say, with the shipped defaults.

`mailticket.settings` reads the file into these and names every fault. A key that stands here is documented in settings.toml;
a test keeps that true. Durations are `timedelta`, moments are aware, paths are absolute once read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages."""

    ar: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` within `per` ("10/3h"); a count of 0 means no limit ("")."""

    count: int = 0
    per: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Other ways to reach the desk, told in acknowledgements where set."""

    phone: str = ""
    whatsapp: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's public face and its rules of conduct."""

    address: str
    name: Bilingual = Bilingual("مسارات", "Masaraat")
    aliases: tuple[str, ...] = ()
    language: str = "ar"
    timezone: str = "Asia/Riyadh"
    secret_file: Path = Path("secret.key")
    plus_addressing: bool = True
    authserv_id: str = ""
    oversight: tuple[str, ...] = ("tvtc.gov.sa", "nelc.gov.sa")
    contacts: Contacts = Contacts()
    hold: timedelta = timedelta(minutes=2)
    reopen: timedelta = timedelta(days=14)
    confirm: timedelta = timedelta(days=3)
    waiting_remind: timedelta = timedelta(days=2)
    waiting_close: timedelta = timedelta(days=7)
    accent: str = "#0b6b5d"
    hijri: bool = False
    tell_passed: bool = False
    bundle: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Server:
    """A server as its URL says: `scheme` imaps, imap, smtps or smtp; `tls` "implicit", "starttls" or "none" (loopback only)."""

    scheme: str
    host: str
    port: int
    user: str = ""
    tls: str = "implicit"
    folder: str = ""


@dataclass(frozen=True, slots=True)
class OAuth:
    """OAuth 2.0 instead of a password."""

    token_url: str
    client_id: str
    client_secret_file: Path | None = None
    client_secret_env: str = ""
    client_secret_ends: date | None = None
    refresh_token_file: Path | None = None
    scope: str = ""
    flow: str = "client_credentials"
    device_url: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One watched folder."""

    name: str
    url: Server
    password_file: Path | None = None
    password_env: str = ""
    oauth: OAuth | None = None
    ca_file: Path | None = None
    since: datetime | None = None
    poll: timedelta = timedelta(seconds=60)
    idle: bool = True
    done_folder: str = ""
    sent_folder: str = ""
    team: str = "general"
    language: str = ""
    max_size: int = 25_000_000

    @property
    def of_sent(self) -> "Mailbox":
        """The mailbox's Sent folder, as one that is only read."""
        return replace(self, url=replace(self.url, folder=self.sent_folder), done_folder="", sent_folder="", idle=False)


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that takes our mail."""

    url: Server
    password_file: Path | None = None
    password_env: str = ""
    oauth: OAuth | None = None
    ca_file: Path | None = None
    rate: Rate = Rate()
    connections: int = 4
    max_size: int = 0
    """The biggest mail that it takes, in octets; 0 where nobody said."""


@dataclass(frozen=True, slots=True)
class Smtp(Relay):
    """The relay, and a second one for alarms."""

    second: Relay | None = None


@dataclass(frozen=True, slots=True)
class Database:
    """Where everything is kept: sqlite:///FILE or postgresql://…"""

    url: str = "sqlite:///mailticket.db"


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The promise and the limits of acknowledgements."""

    within: timedelta = timedelta(minutes=30)
    per_sender: Rate = Rate(10, timedelta(hours=3))
    per_domain: Rate = Rate(200, timedelta(hours=1))
    overall: Rate = Rate(1800, timedelta(hours=1))
    cutoff: Rate = Rate(3, timedelta(minutes=10))
    max_age: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time within one day, half open: [start, end); an end of 00:00 is midnight at the day's end."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Other shifts on working days from `first` to `last`, both included (Ramadan hours)."""

    first: date
    last: date
    hours: tuple[Shift, ...]


WORKDAY = (Shift(time(8), time(21)),)


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk works, in the desk's time zone; no shifts means closed."""

    sunday: tuple[Shift, ...] = WORKDAY
    monday: tuple[Shift, ...] = WORKDAY
    tuesday: tuple[Shift, ...] = WORKDAY
    wednesday: tuple[Shift, ...] = WORKDAY
    thursday: tuple[Shift, ...] = WORKDAY
    friday: tuple[Shift, ...] = ()
    saturday: tuple[Shift, ...] = ()
    holidays: str = "SA"
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()
    dated: tuple[DatedHours, ...] = ()
    sessions: Path | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised, in working time ("1d" is one working day); None promises nothing of that sort."""

    first_response: timedelta | None = None
    resolution: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team of agents."""

    name: str
    title: Bilingual = Bilingual()
    level: int = 1
    address: str = ""
    assign: str = "none"
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """Someone who answers. `email` is where notices go; `addresses` are others that the agent writes from."""

    email: str
    name: Bilingual = Bilingual()
    addresses: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    level: int = 1
    manager: bool = False
    notices: str = "every"
    shifts: tuple[Shift, ...] = ()
    """When this person works, on the days when the desk does; () is all of the desk's hours."""


@dataclass(frozen=True, slots=True)
class FormSecret:
    """The shared secret by which a form's mail is known."""

    field: str
    file: Path


@dataclass(frozen=True, slots=True)
class Form:
    """How to know and read the mails of a website's form."""

    name: str
    sender: str
    dkim: str = ""
    relay: tuple[str, ...] = ()
    secret: FormSecret | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """When digests go out, in the desk's time zone."""

    daily: str = "08:00"
    weekly: str = "sunday 08:00"
    monthly: str = "1 08:00"
    supervisors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept."""

    mail: timedelta = timedelta(days=730)
    quarantine: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that settings.toml says."""

    desk: Desk
    mailboxes: tuple[Mailbox, ...]
    smtp: Smtp | None
    root: Path = Path()
    """The folder of settings.toml, where rules/ and templates/ lie too."""
    database: Database = Database()
    acknowledge: Acknowledge = Acknowledge()
    hours: Hours = Hours()
    targets: Mapping[str, Target] = field(default_factory=dict)
    teams: tuple[Team, ...] = ()
    agents: tuple[Agent, ...] = ()
    forms: tuple[Form, ...] = ()
    digest: DigestTimes = DigestTimes()
    retention: Retention = Retention()

    def find_team(self, name: str) -> Team | None:
        """The team of that name, None when there is none."""
        return next((team for team in self.teams if team.name == name), None)

    def find_agent(self, address: str) -> Agent | None:
        """The agent who writes from that address (lower case), None when nobody on the roster does."""
        return next((a for a in self.agents if address and address in (a.email, *a.addresses)), None)
