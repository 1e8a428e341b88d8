"""The commands: `mailticket --settings PATH COMMAND`, a small module a group, loaded only when called."""

import importlib
from collections.abc import Mapping

import click

# command -> module.function; the order is that of `mailticket --help`
COMMANDS: Mapping[str, str] = {
    "init": "setup.init",
    "check": "setup.check",
    "run": "serve.run",
    "once": "serve.once",
    "demo": "demo.demo",
    "import": "serve.import_",
    "parse": "inspect.parse",
    "explain": "inspect.explain",
    "rules": "rules.rules",
    "tickets": "lists.tickets",
    "show": "lists.show",
    "ledger": "lists.ledger",
    "outbox": "lists.outbox",
    "quarantine": "lists.quarantine",
    "people": "people.people",
    "digest": "reports.digest",
    "stats": "reports.stats",
    "preview": "reports.preview",
    "oauth": "oauth.oauth",
    "help": "help.help_",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for, so that `parse` need not load a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(".")
        command: click.Command = getattr(importlib.import_module(f"mailticket.cli.{module}"), function)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="mailticket")
@click.option("--settings", metavar="PATH", help="settings.toml to use; else MAILTICKET_SETTINGS, else ./settings.toml")
@click.option("--log", type=click.Choice(["console", "json"]), default="console", help="how log lines are written to standard error")
@click.option("-v", "--verbose", is_flag=True, help="log every event, not only warnings")
@click.pass_context
def main(ctx: click.Context, settings: str | None, log: str, verbose: bool) -> None:
    """The whole desk behind one mail address, in Arabic and English.

    Exit codes: 0 done, 1 found faults, 2 usage or settings, 75 try again later.
    """
    ctx.obj = {"settings": settings, "log": log, "verbose": verbose}
