"""The colours of our mails, worked out from the one accent that a desk chooses.

A reader's client may show a mail dark, and an accent that reads well on white may vanish on black, so every accent gets a twin and
both are moved until they can be read (WCAG 2.2 s.1.4.3 asks for a contrast of 4.5).
"""

from dataclasses import dataclass

LEAST = 4.6
"""The contrast that text must reach on every ground that it stands on: 4.5, and a little for rounding."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One scheme, each colour as "#rrggbb": grounds (ground, card, panel, chip, warning), text on them (ink, soft, accent, alarm), rules (line)."""

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


def make_light(accent: str) -> Palette:
    """The scheme for bright screens."""
    accent = _readable(accent, "#000000", ("#ffffff", "#f4f7f6", mix(accent, "#ffffff", 0.1)))
    return Palette("#eef2f0", "#ffffff", "#f4f7f6", "#dde5e2", "#1d2826", "#53605d", "#fdf3dc", "#744600", accent, mix(accent, "#ffffff", 0.1))


def make_dark(accent: str) -> Palette:
    """Its twin for dark ones."""
    accent = _readable(accent, "#ffffff", ("#1b2220", "#232c2a", mix(accent, "#1b2220", 0.2)))
    accent = _readable(accent, "#ffffff", (mix(accent, "#1b2220", 0.2),))
    return Palette("#111615", "#1b2220", "#232c2a", "#35403d", "#e7edeb", "#a8b5b1", "#3a2e12", "#f2cd83", accent, mix(accent, "#1b2220", 0.2))


def mix(colour: str, ground: str, share: float) -> str:
    """That share of a colour laid over a ground."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(c * share + g * (1 - share)):02x}" for c, g in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _readable(colour: str, towards: str, grounds: tuple[str, ...]) -> str:
    steps = (mix(towards, colour, step / 20) for step in range(21))
    return next((c for c in steps if all(contrast(c, ground) >= LEAST for ground in grounds)), towards)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _luminance(colour: str) -> float:
    shares = [c / 255 for c in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
