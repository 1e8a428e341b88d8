"""`mailticket help TOPIC`: what the shipped files say about themselves, in the terminal."""

from collections.abc import Callable, Mapping

import click

import mailticket
from mailticket.cli.common import USAGE
from mailticket.model.command import Reach
from mailticket.model.commands import COMMANDS
from mailticket.settings import defaults_dir
from mailticket.tickets.drawing import draw_life


def _settings() -> str:
    return (defaults_dir() / "settings.toml").read_text(encoding="utf-8")


def _rules() -> str:
    return (defaults_dir() / "rules" / "README.md").read_text(encoding="utf-8")


def _map() -> str:
    return mailticket.__doc__ or ""


def _commands() -> str:
    """Both names of every command, an example in each language, what it does, and what it takes."""
    lines = ["The commands by which agents work from their mail: in the first lines of an answer to a notice, one a line.", ""]
    for command in COMMANDS:
        lines += [f"{command.usage('en')}    {command.usage('ar')}", f"    {command.about.en}", f"    {command.about.ar}"]
        also = ", ".join(command.aliases)
        lines += [f"    also: {also}"] if also else []
        lines += [f"    {NEEDS[command.reach]}" + (f"; level {command.level}" if command.level > 1 else ""), ""]
    return "\n".join(lines)


NEEDS = {
    Reach.TICKET: "without a pinned authserv_id: the agent's own answer address is proof enough",
    Reach.SPREADS: "without a pinned authserv_id: asked about first (#confirm)",
    Reach.ASKS_NOTHING: "needs no proof",
}
TOPICS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "settings": ("every key of settings.toml, with its default", _settings),
    "rules": ("how rules route mail, and how to write one", _rules),
    "commands": ("the commands that agents write in their mails, in English and Arabic", _commands),
    "lifecycle": ("the life of a ticket: what each event makes of it", draw_life),
    "map": ("how the program is put together", _map),
}


@click.command("help")
@click.argument("topic", required=False)
@click.pass_context
def help_(ctx: click.Context, topic: str | None) -> None:
    """Explain a topic (settings, rules, commands, lifecycle, map) or a command."""
    root = ctx.find_root()
    group = root.command
    command = group.get_command(root, topic) if topic and isinstance(group, click.Group) else None
    if topic is None:
        _list_topics()
    elif topic in TOPICS:
        click.echo_via_pager(TOPICS[topic][1]())
    elif command is not None:
        click.echo(command.get_help(click.Context(command, info_name=topic, parent=root)))
    else:
        click.echo(f"there is no topic {topic!r}; `mailticket help` lists them", err=True)
        ctx.exit(USAGE)


def _list_topics() -> None:
    click.echo("Topics: mailticket help TOPIC\n")
    for name, (about, _) in TOPICS.items():
        click.echo(f"  {name:<10} {about}")
    click.echo("\nCommands: mailticket COMMAND --help; `mailticket --help` lists them")
