"""Commands that sum up: digests made or shown, figures of any period, and every mail of the desk as files to look at."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from mailticket.cli.common import find_optional_settings, read_settings, said_faults, write_json
from mailticket.cli.explaining import STRANGER
from mailticket.cli.figures import describe_figures, print_figures
from mailticket.cli.moments import place, read_moment
from mailticket.daemon.reporting import find_figures, find_readers, open_office, preview_digest, render_samples, send_digest
from mailticket.model.figures import Cadence, Slot
from mailticket.outbound.render import Rendered


@click.command()
@click.argument("cadence", type=click.Choice([str(c) for c in Cadence]))
@click.option("--at", type=read_moment, metavar="TIME", help="as if it were then (the desk's zone unless it names one)")
@click.option("--preview", type=click.Path(dir_okay=False, path_type=Path), help="write it to this file (.html or .txt) and send nothing")
@click.option("--reader", default="", metavar="ADDRESS", help="preview what this manager or supervisor would get, not the whole desk")
@click.pass_context
def digest(ctx: click.Context, cadence: str, at: datetime | None, preview: Path | None, reader: str) -> None:
    """Send the latest digest unless it was sent, or preview one with the figures up to a moment."""
    settings = read_settings(ctx)
    moment = place(at, settings) or datetime.now(UTC)
    with said_faults(), open_office(settings) as office:
        if preview:
            check_reader(reader.lower(), find_readers(office, Cadence(cadence)), cadence)
            write_preview(preview, preview_digest(office, Cadence(cadence), moment, reader.lower()))
            return
        check_over(office.road.slots.latest(Cadence(cadence), moment), datetime.now(UTC))
        slot, before, readers = send_digest(office, Cadence(cadence), moment)
    if not readers:
        raise click.ClickException("there is nobody to tell: no [[agent]] of settings.toml is a manager")
    if before:
        click.echo(f"the {cadence} digest of {slot.day} was made at {before:%Y-%m-%d %H:%M} UTC, and is sent once; --preview shows it")
    else:
        click.echo(f"the {cadence} digest of {slot.day} is in the outbox for {readers} readers; the daemon or `mailticket once` sends it")


def check_over(slot: Slot, now: datetime) -> None:
    """End the command where the digest's period is not over: it would go out half counted, and never again when its time comes."""
    if slot.period.until > now:
        when = f"the {slot.cadence} digest of {slot.day} tells of time up to {slot.period.until:%Y-%m-%d %H:%M} UTC, which is to come"
        raise click.BadParameter(f"{when}, and it is sent once; --preview FILE shows what it would say", param_hint="--at")


def check_reader(reader: str, readers: Sequence[str], cadence: str) -> None:
    """End the command where nobody of that address gets this digest: a preview of another scope would mislead."""
    if reader and reader not in readers:
        known = f"those who do: {', '.join(readers)}" if readers else "nobody does: no [[agent]] of settings.toml is a manager"
        raise click.BadParameter(f"{reader} gets no {cadence} digest; {known}", param_hint="--reader")


def write_preview(path: Path, mail: Rendered) -> None:
    """One mail as a file: its HTML, or its text when the file is called so."""
    text = f"Subject: {mail.subject}\n\n{mail.text}" if path.suffix == ".txt" else mail.html
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path}: can't be written ({error.strerror}); name a file in a folder of yours") from None
    click.echo(f"wrote {path}: {mail.subject}")


@click.command()
@click.option("--since", type=read_moment, metavar="TIME", help="from this moment on; the first mail unless it is given")
@click.option("--until", type=read_moment, metavar="TIME", help="up to this moment; now unless it is given")
@click.option("--json", "as_json", is_flag=True, help="one JSON document")
@click.pass_context
def stats(ctx: click.Context, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Figures of any period; moments are in the desk's time zone unless they name one."""
    settings = read_settings(ctx)
    begin, end = place(since, settings), place(until, settings) or datetime.now(UTC)
    if begin and begin >= end:
        raise click.BadParameter(f"{begin:%Y-%m-%d %H:%M} UTC is not before the end, {end:%Y-%m-%d %H:%M} UTC", param_hint="--since")
    with said_faults(), open_office(settings) as office:
        found = find_figures(office, begin, end)
    if as_json:
        write_json(describe_figures(found))
    else:
        print_figures(found)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("preview"))
@click.pass_context
def preview(ctx: click.Context, folder: Path) -> None:
    """Write every kind of mail, with made-up contents, as .html and .txt files to look at."""
    settings = find_optional_settings(ctx) or STRANGER
    with said_faults():
        for name, mail in render_samples(settings):
            for suffix in (".html", ".txt"):
                write_preview(folder / f"{name}{suffix}", mail)
