"""How connections and correspondents fare: managers hear of what lasts, once, and of its end; suppressions are listed and lifted."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailticket.cli import main
from mailticket.daemon.health import GRACE, Health
from mailticket.edges.store import Store
from mailticket.install import write_folder
from mailticket.model.alarm import Alarm
from mailticket.model.person import Person
from mailticket.rounds.alarms import sound
from tests.world import World

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def health() -> Health:
    return Health()


def test_a_short_absence_is_no_alarm(health: Health) -> None:
    """A server that restarts is nobody's business, one that stays away is, and no more once it is back."""
    health.work("info", NOW)
    health.fail("info", NOW, "nothing listens there")
    assert health.find_alarms(NOW + GRACE / 2) == []
    health.fail("info", NOW + GRACE, "nothing listens there", next_try=NOW + 2 * GRACE)
    (alarm,) = health.find_alarms(NOW + GRACE)
    assert alarm.cause == "connection info"
    assert alarm.lines == ("nothing listens there", "last worked 2026-11-25 09:00 UTC", "next try 2026-11-25 09:10 UTC")
    health.work("info", NOW + GRACE)
    assert health.find_alarms(NOW + timedelta(days=1)) == []


def test_a_refused_login_is_an_alarm_at_once(health: Health) -> None:
    """What trying again does not mend is said at once."""
    health.fail("smtp", NOW, "535 refused", refused=True)
    assert [alarm.cause for alarm in health.find_alarms(NOW)] == ["connection smtp"]


def test_the_line_for_systemctl(health: Health) -> None:
    """One line says of each connection whether it works, since when and why not."""
    health.work("info", NOW)
    health.fail("smtp", NOW, "535 refused", refused=True)
    assert health.describe() == "info works (09:00 UTC); smtp fails since 09:00 UTC: 535 refused"


SUBJECTS = {
    "connection": ["تنبيه: تعذر الاتصال بخادم البريد: info", "زال سبب التنبيه: تعذر الاتصال بخادم البريد: info"],
    "secret": ["تنبيه: رمز الدخول إلى خادم البريد يحتاج إلى عناية: info", "زال سبب التنبيه: رمز الدخول إلى خادم البريد يحتاج إلى عناية: info"],
}


@pytest.mark.parametrize("word", SUBJECTS)
def test_the_alarm_is_one_mail_a_cause(word: str) -> None:
    """A connection that fails for hours is one mail to the manager that names it, and one more when it is over."""
    with closing(World()) as world:
        for _ in range(3):
            sound(world.store, world.road, word, [Alarm(f"{word} info", ("login refused; check user and password",))])
            world.wait(timedelta(hours=1))
        world.wait(timedelta(hours=1))
        sound(world.store, world.road, word, [])
        world.rounds()
        assert [str(mail["Subject"]) for mail in world.sent("majed@example.sa")] == SUBJECTS[word]


def test_people_command(tmp_path: Path) -> None:
    """`people` lists who gets no automatic mail and why; --lift takes one off, and says when there was none."""
    write_folder(tmp_path, since=NOW, address="info@example.sa")
    store = Store.open(f"sqlite:///{tmp_path}/mailticket.db")
    store.migrate()
    store.append((), [Person("noura@example.com", undeliverable="550 5.1.1 no such person")], NOW)
    store.close()

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--settings", str(tmp_path / "settings.toml"), "people", *words])

    (row,) = [json.loads(line) for line in run("--json").stdout.splitlines()]
    assert row == {"address": "noura@example.com", "undeliverable": "550 5.1.1 no such person", "blocked": "", "muted_until": None}
    assert "550 5.1.1" in run().stdout
    assert run("--lift", "Noura@example.com").exit_code == 0
    again = run("--lift", "noura@example.com")
    assert (again.exit_code, "not on the list" in again.stderr) == (1, True)
    assert run("--json").stdout == ""
