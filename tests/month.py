"""A month at the desk, from a seed: what people write and when, shifts, a moved holiday, Ramadan hours, an outage, clocks that jump.

The desk is the real one between twins of its doors. What it did is judged from outside: from the mails that went in and came out, the
ledger's states, and a count of working minutes that shares no code with the desk. A round comes every five minutes; where a promise ran
out within a few minutes of an answer, of the outage or of a jump of the clock, either judgement is right and none is made.
"""

import csv
import email
import heapq
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from itertools import count, pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from mailticket.demo.letters import answer, read, write
from mailticket.model.outcome import AckState
from mailticket.model.policy import Agent, Bilingual, DatedHours, Hours, Shift
from mailticket.model.ticket import Ticket
from tests.people import TEAMS, make_settings
from tests.recount import Found, Mail, find_tickets, read_mail, recount_tickets
from tests.world import World

RIYADH = ZoneInfo("Asia/Riyadh")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TICK = 5 * MINUTE
SLACK = 12
"""Minutes of working time within which it is not judged which came first."""
FIRST, LAST = {"normal": 240, "high": 60, "urgent": 15, "low": 780}, {"normal": 2340, "high": 780, "urgent": 240, "low": 7800}
"""The shipped targets in minutes of work; a day has thirteen hours of it."""
EARLY, LATE = Shift(time(8), time(15)), Shift(time(14), time(21))
RAMADAN = (Shift(time(10), time(15)), Shift(time(20), time(23)))
TEXTS = (
    ("الشهادة", "السلام عليكم، أنهيت الدورة ولم تصدر شهادتي من منصة منار حتى الآن."),
    ("تسجيل الدخول", "نسيت كلمة المرور ولا يصلني رمز التحقق، أرجو المساعدة."),
    ("Registration", "Hello, I would like to join the safety course next month. How do I register?"),
    ("Certificate", "My name is misspelled on the certificate, please correct it."),
    ("سؤال", "السلام عليكم، ما هي ساعات العمل لديكم؟"),
    ("شكوى", "الصوت منقطع في المحاضرات المباشرة والمشكلة متكررة."),
)


@dataclass(frozen=True)
class Plan:
    """What happens in a simulated month; days count from the first."""

    seed: int = 1
    first: date = date(2026, 11, 1)
    days: int = 30
    mails: int = 200
    after: int = 7
    """Days after them in which nobody writes, and only time works."""
    moved_holiday: int = 10
    """The day that becomes a holiday at half past eight the evening before."""
    ramadan: tuple[int, int] = (15, 21)
    outage: tuple[int, int, int] = (17, 9, 6)
    """Day, hour, and how many hours nothing is done."""
    jumps: tuple[tuple[int, int, int], ...] = ((5, 11, 25), (12, 10, -15), (24, 16, 40))
    """Day, hour, and by how many minutes the clock is wrong for one round."""


def make_agents() -> tuple[Agent, ...]:
    """Two shifts of agents for every team, and two of level 2."""
    names = [team.name for team in TEAMS if team.level == 1]
    found = [
        Agent(f"{name}.{word}@example.sa", Bilingual(name, name), teams=(name,), shifts=(shift,))
        for name in names
        for word, shift in (("early", EARLY), ("late", LATE))
    ]
    second = Agent("second@example.sa", Bilingual("ثانٍ", "Second"), teams=("operations",), level=2)
    return (*found, second, Agent("majed@example.sa", Bilingual("ماجد", "Majed"), manager=True))


@dataclass(frozen=True)
class Letter:
    """A mail of ours as its reader sees it: read by the standard library's short way, for there are tens of thousands."""

    raw: bytes
    id: str
    to: str
    subject: str
    text: str

    @classmethod
    def read(cls, raw: bytes) -> "Letter":
        mail = email.message_from_bytes(raw)
        text = next(part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/plain")
        subject = str(make_header(decode_header(str(mail["Subject"]))))
        return cls(raw, str(mail["Message-ID"]), parseaddr(str(mail["To"]))[1], subject, bytes(text).decode())


@dataclass
class Story:
    """One ticket as it is seen from outside: when its requester wrote, when it was answered, and what the desk wrote because of time."""

    requester: str
    arrived: datetime
    answered: list[datetime] = field(default_factory=list)
    wrote: list[datetime] = field(default_factory=list)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    latest: dict[str, tuple[datetime, "Letter"]] = field(default_factory=dict)
    """Each agent's newest notice, and when it came: whoever answers one that is older than a colleague's answer is asked first, and that is
    not what is tried here."""

    @property
    def is_answered(self) -> bool:
        """Whether the last word was the desk's."""
        return bool(self.answered) and self.answered[-1] > max(self.wrote, default=self.arrived)

    def waited(self, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The times in which the requester waited for the desk."""
        since: datetime | None = self.arrived
        for at, is_answer in sorted([*((a, True) for a in self.answered), *((w, False) for w in self.wrote)]):
            if is_answer and since:
                yield since, at
            since = None if is_answer else since or at
        if since:
            yield since, end


@dataclass
class Report:
    """What the month came to: counts for people, and everything that was not as it must be."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Month:
    """The month at work."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.random, self.order = plan, Random(plan.seed), count()
        self.start = datetime(plan.first.year, plan.first.month, plan.first.day, tzinfo=RIYADH).astimezone(UTC)
        first, last = (plan.first + n * DAY for n in plan.ramadan)
        self.hours = Hours(holidays="", dated=(DatedHours(first, last, RAMADAN),))
        teams = tuple(replace(team, assign="least_loaded") if team.name == "certificate" else team for team in TEAMS)
        self.world = World(make_settings(hours=self.hours, teams=teams, agents=make_agents()), self.start)
        self.stories: dict[int, Story] = {}
        self.events: list[tuple[datetime, int, Any]] = []
        self.ids: Counter[str] = Counter()
        self.report = Report()
        self.sent: list[Mail] = []
        self.spans: dict[date, list[tuple[datetime, datetime]]] = {}
        self.digests: list[dict[str, dict[str, str]]] = []

    def at(self, day: int, hour: float = 0) -> datetime:
        return self.start + day * DAY + hour * 60 * MINUTE

    def plan_event(self, when: datetime, what: Any) -> None:
        heapq.heappush(self.events, (when, next(self.order), what))

    def run(self) -> Report:
        """Let the month pass, and the days after it in which nobody writes; then judge it."""
        for day in range(self.plan.days):
            for _ in range(self.plan.mails):
                self.plan_event(self.at(day, self.random.triangular(0, 24, 11)), self.write_new)
        self.plan_event(self.at(self.plan.moved_holiday - 1, 20.5), self.move_holiday)
        outage = self.at(self.plan.outage[0], self.plan.outage[1])
        wrong = {self.at(day, hour): minutes * MINUTE for day, hour, minutes in self.plan.jumps}
        now, end = self.start, self.at(self.plan.days + self.plan.after)
        while now < end:
            now += TICK
            while self.events and self.events[0][0] <= now:
                when, _, what = heapq.heappop(self.events)
                self.world.clock.advance(when - self.world.clock.now())
                what()
            self.world.clock.advance(now + wrong.get(now, timedelta(0)) - self.world.clock.now())
            if not outage <= now < outage + self.plan.outage[2] * 60 * MINUTE:
                self.world.rounds()
                self.read_mails()
        self.judge()
        self.judge_digests()
        self.world.close()
        return self.report

    def move_holiday(self) -> None:
        """The evening before, the day becomes a holiday, and the desk is started with the new settings."""
        self.hours = replace(self.hours, closed=(self.plan.first + self.plan.moved_holiday * DAY,))
        self.world.change_settings(hours=self.hours)

    # --- people

    def write_new(self) -> None:
        number = next(self.order)
        subject, text = self.random.choice(TEXTS)
        sender = f"person{number}@d{number % 40}.example.com"
        self.world.source.put(write(sender, subject, f"{text}\n\n{number}", self.world.clock.now()))

    def read_mails(self) -> None:
        """Everybody reads what came: agents decide when to answer, requesters whether to write again."""
        raws, self.world.sink.sent[:] = [one.raw for one in self.world.sink.sent], []
        moments, self.world.sink.taken[:] = [at for at, _ in self.world.sink.taken], []
        self.sent += map(read_mail, raws, moments)
        for raw in raws:
            mail = Letter.read(raw)
            self.ids[mail.id] += 1
            tag = re.search(r"\[MT-(\d+)\]", mail.subject)
            to, kind = mail.to, sort_of(mail)
            if tag is None:
                self.keep_digest(read(raw))
            if tag is None:
                self.report.counts[kind] += 1
                continue
            story = self.stories.get(int(tag[1])) or self.meet(int(tag[1]))
            story.told[kind, to] += 1
            self.report.counts[kind] += 1
            self.react(story, kind, to, mail)

    def meet(self, number: int) -> Story:
        ticket = self.ticket(number)
        self.stories[number] = Story(ticket.requester, ticket.created)
        return self.stories[number]

    def react(self, story: Story, kind: str, to: str, mail: Letter) -> None:
        now, random = self.world.clock.now(), self.random
        if kind in ("new", "again", "breach first", "breach last"):
            story.latest[to] = (now, mail)
        if kind in ("new", "again") and random.random() < 0.75:
            self.plan_event(now + random.expovariate(1 / 150) * MINUTE, lambda: self.answer(story, to))
        if kind.startswith("breach") and to.startswith("second") and random.random() < 0.5:
            self.plan_event(now + random.expovariate(1 / 90) * MINUTE, lambda: self.answer(story, to))
        if kind == "reply" and to == story.requester and len(story.wrote) < 2 and random.random() < 0.3:
            self.plan_event(self.round_up(now + random.expovariate(1 / 600) * MINUTE), lambda: self.write_again(story, mail))
        if kind == "resolved" and random.random() < 0.5:
            self.plan_event(self.round_up(now + min(random.expovariate(1 / 600), 2000) * MINUTE), lambda: self.judge_answer(story, mail))

    def round_up(self, at: datetime) -> datetime:
        """The desk's next look at its mail: a mail that comes just then is in the state of things at once, and so in the recount."""
        return at + (self.start - at) % TICK

    def answer(self, story: Story, who: str) -> None:
        """An agent answers, if the time of day is the agent's; otherwise in half an hour, perhaps."""
        agent, now = self.world.settings.find_agent(who), self.world.clock.now()
        wall = now.astimezone(RIYADH).time()
        at_work = any(s.start <= wall < s.end for s in (agent.shifts if agent and agent.shifts else (Shift(time(8), time(21)),)))
        noticed, newest = story.latest[who]
        if now > self.at(self.plan.days) or story.is_answered or noticed <= max(story.answered, default=self.start):
            return
        if not at_work:
            self.plan_event(now + 30 * MINUTE, lambda: self.answer(story, who))
            return
        story.answered.append(now)
        self.world.source.put(answer(read(newest.raw), who, "تمت المعالجة، ونأمل التأكد من طرفكم.", now, style="gmail ar"))

    def write_again(self, story: Story, mail: Letter) -> None:
        if self.world.clock.now() < self.at(self.plan.days):
            story.wrote.append(self.world.clock.now())
            self.world.source.put(answer(read(mail.raw), story.requester, "ما زالت المشكلة قائمة لدي.", self.world.clock.now(), style="gmail ar"))

    def judge_answer(self, story: Story, mail: Letter) -> None:
        """The requester says solved or not, or rates the service; some rate twice, which counts once."""
        solved, unsolved, rate = re.findall(r"\S+\+\d+\.[snv]\.\S+", mail.text)[:3]
        score = self.random.choice((1, 3, 4, 5, 5))
        words = self.random.choice(((solved, "نعم"), (unsolved, "لا، لم تتم المعالجة بعد."), (rate, f"التقييم: {score} من ٥")))
        if words[0] == unsolved:
            story.wrote.append(self.world.clock.now())
        for again in range(1 if words[0] != rate or score > 3 else 2):
            text = words[1] if not again else "التقييم: 5 من ٥"
            self.world.source.put(write(story.requester, f"تقييم {again}", text, self.world.clock.now(), to=words[0]))

    # --- judging

    def ticket(self, number: int) -> Ticket:
        found = self.world.store.ticket(number)
        assert found is not None
        return found

    def judge(self) -> None:
        self.judge_acknowledgements()
        worked = self.count_work()
        for number, story in self.stories.items():
            self.judge_story(self.ticket(number), story, worked)
        doubles = [key for key, times in self.ids.items() if times > 1]
        self.report.faults += [f"sent twice: {key}" for key in doubles]
        self.report.counts["tickets"] = len(self.stories)

    def judge_acknowledgements(self) -> None:
        """Each founding mail was acknowledged once, in time unless the outage kept it."""
        begin = self.at(self.plan.outage[0], self.plan.outage[1])
        end = begin + self.plan.outage[2] * 60 * MINUTE
        for row in self.world.store.ledger_rows():
            if row.disposition.value != "ticket" or row.number is None:
                continue
            owed = row.acknowledgement
            late = owed.at is not None and owed.at > owed.due
            excused = begin - 40 * MINUTE <= row.arrival.arrived <= end or any(
                abs(row.arrival.arrived - self.at(d, h)) < 60 * MINUTE for d, h, _ in self.plan.jumps
            )
            self.report.counts["acknowledged late" if late else "acknowledged in time"] += 1
            if owed.state is not AckState.SENT or (late and not excused):
                self.report.faults.append(f"ticket {row.number}: acknowledgement {owed.state} at {owed.at}, due {owed.due}")
            if self.stories[row.number].told["acknowledgement", row.sender] != 1:
                self.report.faults.append(f"ticket {row.number}: {self.stories[row.number].told} acknowledgements")

    def judge_digests(self) -> None:
        """Each slot was told of once and none was lost, and its figures are what a recount of the mails gives."""
        received = [read_mail(raw, self.world.source.arrived[uid]) for uid, raw in self.world.source.raws.items()]
        tickets = find_tickets(received, self.sent).values()
        told = Counter((self.moment(rows, "since"), self.moment(rows, "until")) for rows in self.digests)
        owed = Counter(self.expect_digests())
        self.report.faults += [f"{n} digests too many from {since} to {until}" for (since, until), n in (told - owed).items()]
        self.report.faults += [f"no digest from {since} to {until}" for since, until in owed - told]
        for rows in self.digests:
            self.judge_digest(rows, tickets, received)

    def judge_digest(self, rows: Mapping[str, Mapping[str, str]], tickets: Collection[Found], received: Sequence[Mail]) -> None:
        """Figure by figure, what a digest says and what the mails give."""
        since, until = self.moment(rows, "since"), self.moment(rows, "until")
        count = sum(since <= mail.at < until for mail in received)
        again = recount_tickets(tickets, count, (since, until), self.work, self.measure_promise)
        is_moved = self.at(self.plan.moved_holiday - 2) < until and since < self.at(self.plan.moved_holiday + 3)
        wrong = [f"{name} is {a}, by the mails {b}" for name, a, b in compare(rows, again, judge_targets=not is_moved) if a != b]
        self.report.counts["digests unlike a recount" if wrong else "digests equal to a recount"] += 1
        self.report.counts["figures recounted"] += len(list(compare(rows, again, judge_targets=not is_moved)))
        if wrong:
            self.report.faults.append(f"digest from {since} to {until}: {'; '.join(wrong)}")

    def moment(self, rows: Mapping[str, Mapping[str, str]], name: str) -> datetime:
        return datetime.fromisoformat(rows[name]["value"])

    def expect_digests(self) -> Iterator[tuple[datetime, datetime]]:
        """The periods that a manager must hear of: of each working day since the one before, of each week, of each whole month."""
        eights = [self.at(day, 8) for day in range(-4, self.plan.days + self.plan.after)]
        worked = [at for at in eights if self.find_spans(at.astimezone(RIYADH).date())]
        yield from (pair for pair in pairwise(worked) if pair[1] > self.start)
        sundays = [at for at in eights if at.astimezone(RIYADH).weekday() == 6 and at > self.start]
        yield from ((at - 7 * DAY, at) for at in sundays)
        first = datetime(self.plan.first.year, self.plan.first.month, 1, tzinfo=RIYADH)
        for _ in range(self.plan.days // 28 + 1):
            after = (first + 32 * DAY).replace(day=1)
            if self.start < after < self.at(self.plan.days + self.plan.after - 4):
                yield first, after
            first = after

    def find_spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working hours of a day, by the settings as they were in the end."""
        if day not in self.spans:
            dated = self.hours.dated[0]
            shifts = dated.hours if dated.first <= day <= dated.last else (Shift(time(8), time(21)),)
            is_off = day.weekday() in (4, 5) or day in self.hours.closed
            pairs = ((datetime.combine(day, at, RIYADH).astimezone(UTC) for at in (s.start, s.end)) for s in shifts)
            self.spans[day] = [] if is_off else [(start, end) for start, end in pairs]
        return self.spans[day]

    def work(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments."""
        total, day = timedelta(0), start.astimezone(RIYADH).date()
        while day <= end.astimezone(RIYADH).date():
            total += sum((max(timedelta(0), min(end, b) - max(start, a)) for a, b in self.find_spans(day)), timedelta(0))
            day += DAY
        return total

    def measure_promise(self, opened: datetime, due: datetime) -> timedelta:
        """The working time that a deadline named when a ticket was opened stands for: before the holiday moved it was a day of work."""
        start, end = (datetime.combine(self.plan.first + self.plan.moved_holiday * DAY, time(hour), RIYADH) for hour in (8, 21))
        is_before = opened < self.at(self.plan.moved_holiday - 1, 20.5)
        return self.work(opened, due) + (max(timedelta(0), min(due, end) - start) if is_before else timedelta(0))

    def keep_digest(self, mail: EmailMessage) -> None:
        """The figures that are attached to a digest, by section and name, those of the whole period by their name alone."""
        files = [part for part in mail.iter_attachments() if str(part.get_filename()).startswith("figures")]
        if files:
            data = files[0].get_payload(decode=True)
            assert isinstance(data, bytes)
            rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
            self.digests.append({row["name"] if row["section"] == "period" else f"{row['section']} {row['name']}": row for row in rows})

    def count_work(self) -> list[int]:
        """Minutes of work before each minute of the month, by the settings as they were in the end."""
        total, found = 0, []
        for n in range((self.plan.days + self.plan.after + 1) * 1440):
            wall = (self.start + n * MINUTE).astimezone(RIYADH)
            found.append(total)
            total += is_working(wall, self.hours)
        return found

    def judge_story(self, ticket: Ticket, story: Story, worked: list[int]) -> None:
        """Warnings, breaches and apologies: each once, and exactly when the count of minutes says so."""

        def work(a: datetime, b: datetime) -> int:
            return worked[int((b - self.start) / MINUTE)] - worked[int((a - self.start) / MINUTE)]

        end = self.at(self.plan.days + self.plan.after)
        first = story.answered[0] if story.answered else end
        spent = work(story.arrived, first)
        told = Counter({kind: story.told[kind, "majed@example.sa"] for kind in ("breach first", "breach last")})
        self.expect(story, f"{ticket.tag} {ticket.priority} breach first", spent - FIRST[ticket.priority], told["breach first"], first)
        over = sum(work(a, b) for a, b in story.waited(end)) - LAST[ticket.priority]
        self.expect(story, f"{ticket.tag} {ticket.priority} breach last", over, told["breach last"], end)
        for kind, times in told.items():
            if story.told[kind, "second@example.sa"] != times:
                self.report.faults.append(f"{ticket.tag}: {kind} told to the manager {times} times, and not so to level 2")
        for (kind, to), times in story.told.items():
            if kind.startswith(("warning", "breach", "apology")) and times > 1:
                self.report.faults.append(f"{ticket.tag}: {kind} to {to} {times} times")
        for sort in ("first", "last"):
            if story.told[f"apology {sort}", story.requester] > told[f"breach {sort}"]:
                self.report.faults.append(f"{ticket.tag}: an apology ({sort}) without a breach")
        if told.total() and not any(kind.startswith("apology") for kind, _ in story.told):
            self.report.faults.append(f"{ticket.tag}: no word of apology")

    def expect(self, story: Story, what: str, over: int, told: int, until: datetime) -> None:
        """Whether a breach was told as often as it ought to be, given by how many minutes of work the target was passed."""
        begin = self.at(self.plan.outage[0], self.plan.outage[1])
        asleep = any(begin <= at <= begin + self.plan.outage[2] * 60 * MINUTE for at in story.answered)
        jumps = [abs(m) for d, h, m in self.plan.jumps if story.arrived - 60 * MINUTE <= self.at(d, h) <= until + 60 * MINUTE]
        name = what.partition(" breach ")[2]
        if told <= 1 and (abs(over) <= SLACK + sum(jumps) or (asleep and over > 0)):
            self.report.counts["too near to judge"] += 1
        elif (told == 1) is not (over > 0) or told > 1:
            self.report.faults.append(f"{what}: told {told} times, {over} minutes over until {until}")
        else:
            self.report.counts[f"breach {name} {'told' if told else 'not told'}, rightly"] += 1


def is_working(wall: datetime, hours: Hours) -> bool:
    """Whether the desk works in that minute of Riyadh's wall clock."""
    if wall.weekday() in (4, 5) or wall.date() in hours.closed:
        return False
    now = wall.time()
    dated = hours.dated[0]
    return any(s.start <= now < s.end for s in (dated.hours if dated.first <= wall.date() <= dated.last else (Shift(time(8), time(21)),)))


HEADLINES = (
    ("warning first", "يقترب موعد الرد الأول"),
    ("warning last", "يقترب موعد المعالجة"),
    ("breach first", "فات موعد الرد الأول"),
    ("breach last", "فات موعد المعالجة"),
    ("apology first", "نعتذر عن التأخير في الرد"),
    ("apology last", "نعتذر عن التأخير في معالجة"),
    ("apology first", "answered by now"),
    ("apology last", "resolved by now"),
    ("reminder", "ننتظر ردكم"),
    ("reminder", "We are waiting for your answer"),
    ("resolved", "هل تمت المعالجة كما ترجون؟"),
    ("resolved", "Is it solved?"),
    ("acknowledgement", "وقد تمت الإحالة إلى القسم المختص"),
    ("again", "رسالة جديدة من مقدم الطلب"),
    ("new", "تذكرة جديدة"),
    ("alarm", "تنبيه"),
)
"""What a mail is, by the words that a person knows it by."""


def sort_of(mail: Letter) -> str:
    """What sort of mail of ours it is."""
    text = " ".join(f"{mail.subject}\n{mail.text}".split())
    return next((kind for kind, words in HEADLINES if words in text), "reply")


TYPES = {"request": "طلب", "inquiry": "استفسار", "complaint": "شكوى", "suggestion": "مقترح"}


def compare(rows: Mapping[str, Mapping[str, str]], again: Mapping[str, Any], *, judge_targets: bool) -> Iterator[tuple[str, int, int]]:
    """The same figures as a digest tells them and as the mails give them; without targets where they were moved meanwhile."""
    answers, owed, done = again["first_response"], again["acknowledged"], again["resolution"]
    pairs = [(name, again[name]) for name in ("received", "tickets", "open", "waiting")]
    pairs += [("acknowledged within", owed["within"]), ("acknowledged late", owed["late"])]
    pairs += [(f"acknowledged {name}", round(s)) for name, s in zip(("p50_s", "p95_s", "max_s"), owed["spread"], strict=False)]
    pairs += [(f"ratings {score}", n) for score, n in enumerate(again["satisfaction"], 1)]
    pairs += [(f"team: {team.name} tickets", again["teams"].get(team.title.ar, 0)) for team in TEAMS]
    pairs += [(f"type: {name} tickets", again["types"].get(title, 0)) for name, title in TYPES.items()]
    if judge_targets:
        pairs += [("first_response within", answers["within"]), ("first_response late", answers["late"])]
        pairs += [(f"first_response {name}", round(s)) for name, s in zip(("p50_s", "p95_s", "max_s"), answers["spread"], strict=False)]
        pairs += [("breaches first_response", again["breaches"])]
    yield from ((name, figure(rows, name), n) for name, n in pairs)
    late, within = figure(rows, "resolution late"), figure(rows, "resolution within")
    yield "resolution done", late + within, done["done"]
    if judge_targets:
        yield "resolution late", late, late if abs(late - done["late"]) <= done["near"] else done["late"]


def figure(rows: Mapping[str, Mapping[str, str]], name: str) -> int:
    """A figure of a digest; what it does not name is none."""
    return int(rows[name]["value"]) if name in rows else 0


def describe(report: Report) -> str:
    """The counts on one line, the faults below."""
    counts = ", ".join(f"{name} {number}" for name, number in sorted(report.counts.items()))
    return "\n".join([counts, *report.faults[:40]])
