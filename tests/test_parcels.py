"""Answers whose files are too big for one mail: told by name and size, and sent in as few mails as they need."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.demo.letters import answer, part, write
from mailticket.desk.parcels import find_room, find_too_big, pack_files
from mailticket.model.mail import Attachment
from mailticket.model.policy import Server, Smtp
from tests.people import SARA, make_settings
from tests.world import World

NOURA = "noura@example.com"
TEXT = "السلام عليكم\nلم تصلني شهادتي من منصة منار."
SIZE = 100_000
KB = b"0123456789abcdef" * 64
"""A kilobyte."""


def relay(size: int) -> Smtp:
    return Smtp(Server("smtp", "127.0.0.1", 25, tls="none"), max_size=size)


@pytest.fixture
def begin() -> Iterator[Callable[[int], World]]:
    """Opens a desk with one ticket whose relay takes mails of that size."""
    made: list[World] = []

    def open_world(size: int) -> World:
        world = World(make_settings(smtp=relay(size)))
        made.append(world)
        world.receive(write(NOURA, "الشهادة", TEXT, world.clock.now()))
        return world

    yield open_world
    for world in made:
        world.close()


def names(world: World) -> list[list[str]]:
    """The files of each answer that went to the requester."""
    return [[str(p.get_filename()) for p in mail.walk() if p.get_filename()] for mail in world.sent(NOURA)[1:]]


def send(world: World, text: str, **sizes: int) -> str:
    """Sara answers with files of so many kilobytes; what she was told last."""
    files = {f"{name}.pdf": KB * size for name, size in sizes.items()}
    world.receive(answer(world.sent(SARA.email)[0], SARA.email, text, world.clock.now(), attachments=files))
    return part(world.sent(SARA.email)[-1], "plain")


@pytest.mark.parametrize("word", ["#parts", "#أجزاء"])
def test_as_few_mails_as_they_need(begin: Callable[[int], World], word: str) -> None:
    """Small files share a mail, in their order; the text goes with the first, and the others say which they are."""
    world = begin(SIZE)
    send(world, f"{word}\nالمرفقات المطلوبة", one=30, two=40, three=20, four=5)
    assert names(world) == [["one.pdf", "three.pdf", "four.pdf"], ["two.pdf"]]
    first, second = world.sent(NOURA)[1:]
    assert "المرفقات المطلوبة" in part(first, "plain")
    assert "(2/2) two.pdf" in part(second, "plain")
    assert all(len(one.raw) <= SIZE for one in world.sink.sent)


def test_too_big_together(begin: Callable[[int], World]) -> None:
    """Nothing is sent, and the agent is told which files, how big, and by which command they can go."""
    world = begin(SIZE)
    said = send(world, "المرفقات المطلوبة", one=30, two=40)
    assert names(world) == []
    assert "one.pdf (30 KB), two.pdf (40 KB)" in said
    assert "#parts" in said or "#أجزاء" in said


@pytest.mark.parametrize("text", ["#parts\nالمرفقات", "المرفقات"])
def test_too_big_for_any_mail(begin: Callable[[int], World], text: str) -> None:
    """A file that no mail can carry is named alone, and the rest waits with it."""
    world = begin(SIZE)
    said = send(world, text, one=3, two=400)
    assert names(world) == []
    assert "two.pdf (409 KB)" in said
    assert "one.pdf" not in said.split("two.pdf")[0].splitlines()[-1]


def test_small_files_go_as_ever(begin: Callable[[int], World]) -> None:
    """What fits into one mail goes in one, without a word."""
    world = begin(SIZE)
    send(world, "المرفقات", one=10, two=20)
    assert names(world) == [["one.pdf", "two.pdf"]]


def test_unknown_size(begin: Callable[[int], World]) -> None:
    """Where nobody said what the relay takes, nothing is held back, and #parts sends each file alone."""
    world = begin(0)
    send(world, "#parts\nالمرفقات", one=10, two=20, three=400)
    assert names(world) == [["one.pdf"], ["two.pdf"], ["three.pdf"]]


@given(st.lists(st.integers(0, 200_000), max_size=30), st.integers(0, 150_000))
def test_packing(sizes: list[int], room: int) -> None:
    """Every file goes once and in a mail that has room for it, and no two mails could be one."""
    files = [Attachment(f"{at}.pdf", "application/pdf", size, inline=False, part=at) for at, size in enumerate(sizes)]
    parcels = pack_files(files, room)
    assert sorted(file.part for parcel in parcels for file in parcel) == list(range(len(files)))
    loads = [sum(file.size for file in parcel) for parcel in parcels]
    assert all(load <= room or len(parcel) == 1 for load, parcel in zip(loads, parcels, strict=True))
    if room:
        fits = [load for load in loads if load <= room]
        assert all(one + two > room for at, one in enumerate(fits) for two in fits[at + 1 :])
        assert {f.part for f in find_too_big(files, room, in_parts=True)} == {f.part for f in files if f.size > room}


@given(st.integers(50_000, 10_000_000), st.text(max_size=2000))
def test_room(size: int, text: str) -> None:
    """Files that fill the room exactly make a mail that is no bigger than the relay takes."""
    room = find_room(make_settings(smtp=relay(size)), text)
    assert room * 78 // 57 + 20_000 + 4 * len(text.encode()) <= size + 1 or room == 1
