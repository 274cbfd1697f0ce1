"""`tracker doctor`."""

import click

from .options import open_here


@click.command()
@click.option("--settings", "list_settings", is_flag=True, help="List every TRACKER_ variable instead.")
@click.option("--retry", is_flag=True, help="Have the work that was given up tried again, then look.")
def doctor(list_settings: bool, retry: bool) -> None:
    """Check the installation and say what to do.

    Looks at the configuration, the database and its tables, the worker, the mail server, the plugins, the keys and
    the work that waits. Exit code 1 when something needs doing.

    \b
    Examples:
      tracker doctor
      tracker doctor --settings
      tracker doctor --retry
    """
    if list_settings:
        _show_settings()
        return
    from tracker.config import load_config
    from tracker.services import doctor as service

    if retry:
        click.echo(f"{service.retry(open_here())} to be tried again.")
    problems = 0
    for finding in service.examine(load_config):
        problems += not finding.ok
        click.echo(f"{'ok     ' if finding.ok else 'problem'}  {finding.what:<13}  {finding.said}")
    if problems:
        click.echo(f"{problems} to mend.")
        raise SystemExit(1)
    click.echo("Everything is in order.")


def _show_settings() -> None:
    from tracker.config import PREFIX, Config

    from .tables import console, table

    rows = []
    for name, field in Config.model_fields.items():
        default = "must be set" if field.is_required() else str(field.get_default())
        rows.append([PREFIX + name.upper(), default, field.description or ""])
    console().print(table(["variable", "default", "what it is"], rows))
