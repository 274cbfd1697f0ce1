"""The command line: a table of contents here, one module for each group of commands, imported when it is asked for."""

import os
import sys

import click

from .contents import CONTENTS, find

BUG = 70
"""Exit code of what nobody expected; 1 is a problem with a sentence that says what to do, 2 a wrong call."""


class Commands(click.Group):
    """Commands by group, each imported only when it runs, so that `tracker --help` is there at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [entry.name for entries in CONTENTS.values() for entry in entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = find(cmd_name)
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, entries in CONTENTS.items():
            with formatter.section(title):
                formatter.write_dl([(entry.name, entry.help) for entry in entries])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tracker-portal", prog_name="tracker")
def cli() -> None:
    """Tracker: the portal for what happens after "buy".

    Settings come from TRACKER_* variables or from instance/tracker.env; `tracker init` writes that file.
    `tracker COMMAND --help` shows how each command is used, with an example.
    """


def main(args: list[str] | None = None) -> None:
    """The command `tracker`. Ends the process: with 0, or with a sentence on standard error and another code."""
    try:
        code = cli.main(args, prog_name="tracker", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _stop("Stopped.", 130)
    except BrokenPipeError:
        # Whoever read our output has gone; what is still buffered has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("TRACKER_DEBUG"):
            raise
        _stop(*_explain(error))
    sys.exit(code if isinstance(code, int) else 0)


def _stop(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)


def _explain(error: Exception) -> tuple[str, int]:
    from .errors import explain

    sentence = explain(error)
    if sentence:
        return f"Error: {sentence}", 1
    hint = "This is a bug in Tracker. Run it again with TRACKER_DEBUG=1 and report what that prints."
    return f"Error: {type(error).__name__}: {error}\n{hint}", BUG
