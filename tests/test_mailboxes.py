"""What a mailbox decides for the mails that come to it: the team and the language of those that do not say."""

from dataclasses import replace

import pytest

from mailticket.demo.letters import write
from tests.people import make_settings
from tests.world import World


@pytest.mark.parametrize(
    ("desk", "mailbox", "text", "language"),
    [
        ("ar", "", "404 ???", "ar"),
        ("en", "", "404 ???", "en"),
        ("ar", "en", "404 ???", "en"),
        ("en", "ar", "404 ???", "ar"),
        ("en", "en", "لم تصلني الشهادة", "ar"),
        ("ar", "ar", "My certificate has not arrived.", "en"),
    ],
)
def test_language_of_a_mail_without_words(desk: str, mailbox: str, text: str, language: str) -> None:
    """A mail whose words show no language takes its mailbox's, and failing that the desk's; words that show one decide."""
    base = make_settings()
    world = World(replace(base, desk=replace(base.desk, language=desk)))
    world.folder = replace(world.folder, mailbox=replace(world.folder.mailbox, language=mailbox, team="content"))
    world.receive(write("noura@example.com", "؟", text, world.clock.now()))
    (ticket,) = world.store.tickets()
    assert ticket.language == language
    assert (ticket.team == "content") is (text == "404 ???")
    world.close()
