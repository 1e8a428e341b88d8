"""How digests speak in one language: sentences, figures, days and the names of groups."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailticket.model.figures import Period
from mailticket.model.mail import Language
from mailticket.model.policy import Bilingual, Settings
from mailticket.outbound import words
from mailticket.outbound.digestview import Tile
from mailticket.outbound.sentences import LANGUAGES, MONTH, PERIOD
from mailticket.text.bidi import clean_line, clean_name

TITLES = {"type": words.TYPES, "channel": words.CHANNELS, "language": LANGUAGES}


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language on one desk."""

    settings: Settings
    zone: ZoneInfo
    language: Language

    @property
    def is_english(self) -> bool:
        """Whether it is English; anything else is Arabic."""
        return self.language is Language.EN

    def say(self, text: Bilingual, **values: str) -> str:
        """A sentence of the table with its figures."""
        return words.pick(text, self.language).format(**values)

    def number(self, value: float) -> str:
        """A figure by itself."""
        return words.word_number(value, self.language)

    def share(self, part: int, whole: int) -> str:
        """A part of a whole, in hundredths."""
        return words.word_share(100 * part / whole if whole else None, self.language)

    def count(self, number: int, noun: str) -> str:
        """A number with its noun."""
        return words.word_count(number, noun, self.language)

    def tile(self, name: Bilingual, now: int, before: int, is_bad: bool = False) -> Tile:
        """A count with the one before."""
        return Tile(self.say(name), self.number(now), self.number(before), is_bad)

    def day(self, day: date) -> str:
        """A day as «الأحد ٢٢ نوفمبر», "Sunday 22 November"."""
        text = f"{day.day} {words.pick(words.MONTHS[day.month - 1], self.language)}"
        return f"{words.pick(words.WEEKDAYS[day.weekday()], self.language)} {text if self.is_english else words.arabic_digits(text)}"

    def full_day(self, at: datetime) -> str:
        """A day with its year."""
        day = at.astimezone(self.zone).date()
        return f"{self.day(day)} {day.year if self.is_english else words.arabic_digits(str(day.year))}"

    def moment(self, at: datetime) -> str:
        """Day and time of day."""
        clock = words.word_time(at.astimezone(self.zone).time(), self.language)
        return f"{self.day(at.astimezone(self.zone).date())}{', ' if self.is_english else '، '}{clock}"

    def period(self, period: Period) -> str:
        """A whole month by its name, anything else by its ends."""
        since, until = period.since.astimezone(self.zone), period.until.astimezone(self.zone)
        if since.day == until.day == 1 and since.hour == until.hour == 0 and until - since < timedelta(days=32):
            month = f"{words.pick(words.MONTHS[since.month - 1], self.language)} {since.year}"
            return self.say(MONTH, month=month if self.is_english else words.arabic_digits(month))
        return self.say(PERIOD, since=self.moment(since), until=self.moment(until))

    def title(self, by: str, name: str) -> str:
        """The name of a group ("team", "type", "channel", "language") as people read it."""
        if by != "team":
            return clean_line(words.word_title(TITLES[by], name, self.language), 80)
        team = self.settings.find_team(name)
        return (words.pick(team.title, self.language) if team else "") or clean_line(name, 80)

    def person(self, address: str) -> str:
        """An agent's name; the address of one who has none, "" for nobody."""
        agent = self.settings.find_agent(address)
        return (clean_name(words.pick(agent.name, self.language)) if agent else "") or clean_line(address, 80)
