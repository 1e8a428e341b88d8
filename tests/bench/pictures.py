"""Pictures of every mail: `python -m tests.bench.pictures OUT` shows each kind as people see it.

In both languages, wide and on a phone, bright and dark, as PNG.
"""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from mailticket.outbound.render import Renderer
from mailticket.outbound.samples import sample_name, sample_notices, sample_supervisors
from tests.chromium import PROGRAM, WHY_NOT, open_browser
from tests.looks import SETTINGS, read_shipped

WIDTHS = {"wide": 800, "phone": 360}
SCHEMES = {"light": False, "dark": True}


def render_all() -> Iterator[tuple[str, str]]:
    """Name and HTML of every kind, Arabic first and English first."""
    renderer = Renderer(read_shipped(), SETTINGS, ZoneInfo(SETTINGS.desk.timezone))
    for notice, ticket in sample_notices(SETTINGS):
        yield f"{sample_name(notice)}-first", renderer.render(notice, ticket).html
    for notice in sample_supervisors(SETTINGS):
        yield f"supervisors-{notice.language}-first", renderer.render(notice, None).html


def main(out: Path, only: str = "") -> None:
    """Write the pictures into a folder; `only` those whose name begins so."""
    if not PROGRAM:
        sys.exit(WHY_NOT)
    out.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        chosen = [(name, html) for name, html in render_all() if name.startswith(only)]
        for (name, html), (size, width), (scheme, dark) in itertools.product(chosen, WIDTHS.items(), SCHEMES.items()):
            browser.show(html, width, dark)
            path = out / f"{name}-{size}-{scheme}.png"
            path.write_bytes(browser.picture())
            print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "pictures"), *sys.argv[2:3])
