"""Mails as a browser lays them out: directions, widths and contrasts, measured in headless Chromium."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.pictures import render_all
from tests.chromium import PROGRAM, WHY_NOT, Browser, open_browser

pytestmark = pytest.mark.skipif(not PROGRAM, reason=WHY_NOT)
MAILS = dict(render_all())
LEAST = 4.5  # WCAG 2.2 s.1.4.3

MEASURE = """(() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const ground = node => { for (; node; node = node.parentElement) {
    const c = parse(getComputedStyle(node).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c }
    return [255, 255, 255] };
  const contrast = node => { const a = light(parse(getComputedStyle(node).color)), b = light(ground(node));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) { const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !parent.getClientRects().length) continue;
    const style = getComputedStyle(parent), block = parent.closest('p,td'), range = document.createRange();
    range.selectNodeContents(node); const box = range.getBoundingClientRect(), edge = block.getBoundingClientRect();
    texts.push({ text: node.data.trim(), contrast: contrast(parent), size: parseFloat(style.fontSize), direction: style.direction,
      block: getComputedStyle(block).direction, lang: parent.closest('[lang]').lang, left: box.left, right: box.right,
      before: box.left - edge.left, after: edge.right - box.right, style: style.fontStyle, spacing: style.letterSpacing }) }
  return { texts, width: innerWidth, scroll: document.documentElement.scrollWidth,
    card: document.querySelector('.mt-card').getBoundingClientRect().width, dir: document.documentElement.dir } })()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def measure(browser: Browser, name: str, width: int, dark: bool = False) -> dict[str, Any]:
    browser.show(MAILS[name], width, dark)
    return dict(browser.ask(MEASURE))


def is_arabic(text: str) -> bool:
    return any("\u0621" <= c <= "\u064a" for c in text)


@pytest.mark.parametrize("name", sorted(MAILS))
def test_nothing_overflows_on_a_phone(browser: Browser, name: str) -> None:
    """At 360 pixels no mail scrolls sideways and no text leaves the screen; on a wide screen the column is at most 600 wide."""
    seen = measure(browser, name, 360)
    assert seen["width"] == 360
    assert seen["scroll"] <= 360
    assert [t["text"] for t in seen["texts"] if t["left"] < -0.5 or t["right"] > 360.5] == []
    wide = measure(browser, name, 800)
    assert wide["card"] <= 600
    assert wide["scroll"] <= 800


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", sorted(MAILS))
def test_every_text_can_be_read(browser: Browser, name: str, dark: bool) -> None:
    """Each text has a contrast of at least 4.5, light and dark; Arabic is at least 16 pixels, upright and unspaced."""
    seen = measure(browser, name, 800, dark)
    assert len(seen["texts"]) > 3
    assert [(t["text"], t["contrast"]) for t in seen["texts"] if t["contrast"] < LEAST] == []
    assert [t["text"] for t in seen["texts"] if is_arabic(t["text"]) and t["size"] < 16] == []
    assert {(t["style"], t["spacing"]) for t in seen["texts"]} == {("normal", "normal")}


@pytest.mark.parametrize("name", sorted(MAILS))
def test_mails_are_whole_without_their_sheet(browser: Browser, name: str) -> None:
    """Where a program throws the style sheet away, nothing overflows on a phone, and every text can still be read."""
    browser.show(re.sub(r"<style>.*?</style>", "", MAILS[name], flags=re.DOTALL), 360)
    seen = browser.ask(MEASURE)
    assert seen["scroll"] <= 360
    assert [(t["text"], t["contrast"]) for t in seen["texts"] if t["contrast"] < LEAST] == []


@pytest.mark.parametrize("name", sorted(MAILS))
def test_each_block_runs_in_its_own_direction(browser: Browser, name: str) -> None:
    """Prose runs as its language does, and begins at its own edge; addresses, tags and figures run left to right everywhere."""
    seen = measure(browser, name, 800)
    assert seen["dir"] == ("ltr" if "-en-" in name else "rtl")
    for text in seen["texts"]:
        if text["text"].startswith(("[MT-", "http", "+966", "2026-", "info@", "lina@")):
            assert text["direction"] == "ltr", text
        elif text["lang"] == "ar" and is_arabic(text["text"][0]):
            assert text["block"] == "rtl", text
        elif text["lang"] == "en" and text["text"][0].isascii() and text["text"][0].isalpha() and not text["text"].endswith(".png"):
            assert text["block"] == "ltr", text


@pytest.mark.parametrize(("name", "first"), [("acknowledgement-ar-first", "ar"), ("acknowledgement-en-first", "en")])
def test_an_acknowledgement_has_two_blocks(browser: Browser, name: str, first: str) -> None:
    """The first language stands above the other, each aligned to the edge where it begins."""
    seen = measure(browser, name, 800)
    prose = [t for t in seen["texts"] if len(t["text"]) > 30]
    assert list(dict.fromkeys(t["lang"] for t in prose)) == [first, "en" if first == "ar" else "ar"]
    for text in prose:
        assert (text["after"] < text["before"] + 1) if text["lang"] == "ar" else (text["before"] < text["after"] + 1), text


def test_the_dark_twin_is_dark(browser: Browser) -> None:
    """Where the reader's scheme is dark, so is the mail."""
    script = "getComputedStyle(document.querySelector('.mt-card')).backgroundColor"
    browser.show(MAILS["reply-ar-first"], 800, dark=False)
    bright = browser.ask(script)
    browser.show(MAILS["reply-ar-first"], 800, dark=True)
    assert bright == "rgb(255, 255, 255)"
    assert browser.ask(script) == "rgb(27, 34, 32)"
