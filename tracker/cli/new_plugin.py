"""`tracker new-plugin`: the beginnings of a plugin of one's own."""

from pathlib import Path

import click

from .options import plugins_options


@click.command()
@click.argument("kind", type=click.Choice(["carrier", "channel", "vocabulary", "store", "block"]))
@click.argument("name")
@click.option("--label", default="", help="What people read, e.g. 'Acme Parcels'; made of NAME where it is not given.")
@click.option(
    "--into", "folder", type=click.Path(path_type=Path), default=Path(), help="Where to put it; here otherwise."
)
@plugins_options
def new_plugin(kind: str, name: str, label: str, folder: Path, plugins: str, blocked: str) -> None:
    """Write the beginnings of a plugin of your own.

    The package tracker-NAME installs with pip, and keeps its contract before anything in it is changed. NAME is the id
    that it is found by: lower-case letters, digits, - and _.

    \b
    Examples:
      tracker new-plugin carrier acme
      tracker new-plugin channel acme-text --label "Acme Text" --into ~/plugins
    """
    from tracker.scaffold import Refused, write_plugin
    from tracker.services import readout

    registry = readout.load_plugins(plugins, blocked)
    if name in registry.plugins:
        raise click.ClickException(f"The name {name} is taken by the plugin {registry.plugins[name].plugin.label}.")
    try:
        files = write_plugin(kind, name, folder, label)
    except Refused as error:
        raise click.ClickException(str(error)) from None
    root = min(files, key=lambda file: len(file.parts)).parent
    click.echo("\n".join(str(file) for file in files))
    click.echo(
        f"\nNext, where Tracker and pytest are installed:\n  cd {root}\n  pip install --no-deps --editable .\n  pytest"
    )
