"""The colours of our mails, worked out from the one accent that a desk chooses.

A reader's client may show a mail dark, and an accent that reads well on white may vanish on black, so every accent gets a twin and
both are moved until they can be read (WCAG 2.2 s.1.4.3 asks for a contrast of 4.5).
"""

import colorsys
from collections.abc import Iterable
from dataclasses import dataclass

LEAST = 4.6
"""The contrast that text must reach on every ground that it stands on: 4.5, and a little for rounding."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One scheme, each colour as "#rrggbb".

    Grounds: `ground` (the page), `card`, `panel`, `chip`, `warning`; text on them: `ink`, `soft`, `accent`, `alarm`; rules: `line`.
    Drawings: `late` (the part of a bar that is not well), and the grounds `heat1` to `heat3` of figures in `ink`, the more the deeper.
    """

    ground: str
    card: str
    panel: str
    line: str
    ink: str
    soft: str
    warning: str
    alarm: str
    accent: str
    chip: str
    late: str
    heat1: str
    heat2: str
    heat3: str


def make_light(accent: str) -> Palette:
    """The scheme for bright screens."""
    chip = mix(accent, "#ffffff", 0.1)
    accent = _readable(accent, -1, ("#ffffff", "#f4f7f6", chip))
    heats = _heats(accent, "#ffffff", "#1d2826")
    return Palette("#eef2f0", "#ffffff", "#f4f7f6", "#dde5e2", "#1d2826", "#53605d", "#fdf3dc", "#744600", accent, chip, "#b45309", *heats)


def make_dark(accent: str) -> Palette:
    """Its twin for dark ones."""
    chip = mix(accent, "#1b2220", 0.35)
    accent = _readable(accent, 1, ("#1b2220", "#232c2a", chip))
    heats = _heats(accent, "#1b2220", "#e7edeb")
    return Palette("#111615", "#1b2220", "#232c2a", "#35403d", "#e7edeb", "#a8b5b1", "#3a2e12", "#f2cd83", accent, chip, "#f2a65a", *heats)


def _heats(accent: str, card: str, ink: str) -> tuple[str, str, str]:
    """Three grounds from faint to full, as deep as the ink on them can still be read."""
    deepest = next(share / 100 for share in range(40, 0, -1) if contrast(ink, mix(accent, card, share / 100)) >= LEAST)
    return mix(accent, card, deepest / 3), mix(accent, card, deepest * 2 / 3), mix(accent, card, deepest)


def mix(colour: str, ground: str, share: float) -> str:
    """That share of a colour laid over a ground."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(c * share + g * (1 - share)):02x}" for c, g in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _readable(colour: str, towards: int, grounds: tuple[str, ...]) -> str:
    """The colour, made darker (-1) or brighter (1) in its own hue until it can be read on every ground."""
    hue, light, vivid = colorsys.rgb_to_hls(*(c / 255 for c in _channels(colour)))
    if towards > 0:
        vivid *= 0.7  # full colours glare on a dark ground
    steps = (min(1.0, max(0.0, light + towards * step / 50)) for step in range(51))
    colours = (_hex(colorsys.hls_to_rgb(hue, step, vivid)) for step in steps)
    return next(c for c in colours if all(contrast(c, ground) >= LEAST for ground in grounds))


def _hex(shares: Iterable[float]) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _luminance(colour: str) -> float:
    shares = [c / 255 for c in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
