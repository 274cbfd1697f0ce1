"""`tracker vocabulary`: the words of other systems, what they mean, and what gets lost."""

import json
from typing import TYPE_CHECKING, Any

import click

from .options import plugins_options

if TYPE_CHECKING:
    from tracker.host.registry import Registry
    from tracker.sdk import Vocabulary


@click.command()
@click.argument("name", required=False)
@click.argument("word", required=False)
@click.option("--parent", default="", metavar="WORD", help="The main word that a finer one stands below.")
@click.option("--losses", is_flag=True, help="List the words that do not come back, as docs/vocabularies.md does.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@plugins_options
def vocabulary(
    name: str | None, word: str | None, parent: str, losses: bool, as_json: bool, plugins: str, blocked: str
) -> None:
    """Show what words of other systems mean.

    Without NAME it lists the vocabularies, with NAME its words, with WORD what that one means and what comes back when
    it is told again.

    \b
    Examples:
      tracker vocabulary aftership
      tracker vocabulary aftership Exception_004
      tracker vocabulary easypost failure --parent failure
      tracker vocabulary --losses
    """
    from tracker.services import readout

    registry = readout.load_plugins(plugins, blocked)
    if losses:
        _show_losses(registry, name, as_json)
    elif name is None:
        _show_all(registry, as_json)
    elif word is None:
        _show_words(registry.vocabularies[name].object, as_json)
    else:
        _show_word(registry.vocabularies[name].object, word, parent, as_json)


def _show_all(registry: "Registry", as_json: bool) -> None:
    from tracker.services import vocabularies as service

    known = service.list_vocabularies(registry)
    counts = {id: (one.names["en"], len(one.terms), len(list(service.find_losses(one)))) for id, one in known.items()}
    if as_json:
        _print([{"id": id, "name": name, "words": words, "lost": lost} for id, (name, words, lost) in counts.items()])
        return
    _table(
        ["vocabulary", "name", "words", "lost"],
        [[id, name, str(words), str(lost)] for id, (name, words, lost) in counts.items()],
    )


def _show_words(spoken: "Vocabulary", as_json: bool) -> None:
    from tracker.services import vocabularies as service

    words = [service.describe(term) for term in spoken.terms]
    if as_json:
        _print(words)
        return
    _table(["word", "below", "means", "and says"], [[w["word"], w["parent"], w["means"], w["detail"]] for w in words])


def _show_word(spoken: "Vocabulary", word: str, parent: str, as_json: bool) -> None:
    from tracker.services import vocabularies as service

    found = service.translate(spoken, word, parent)
    if found is None:
        raise click.ClickException(f"{spoken.id} has no word {word!r}. Its words: tracker vocabulary {spoken.id}")
    if as_json:
        _print(found)
        return
    told = found["told"]
    back = told["word"] or "nothing: it has no word that is true"
    if told["below"] and told["below"] != told["word"]:
        back += f", and {told['below']} beside its main word"
    click.echo(f"{found['word']} means {found['means']}{' ' + found['detail'] if found['detail'] else ''}")
    click.echo(f"told again it is {back}")


def _show_losses(registry: "Registry", name: str | None, as_json: bool) -> None:
    from tracker.services import vocabularies as service

    chosen = [registry.vocabularies[name].object] if name else list(service.list_vocabularies(registry).values())
    if not as_json:
        click.echo(service.describe_losses(chosen))
        return
    found = (loss for one in chosen for loss in service.find_losses(one))
    _print(
        [
            {"vocabulary": loss.vocabulary, **service.describe(loss.term), "beside": loss.beside,
             "told": loss.back.code if loss.back else None}
            for loss in found
        ]
    )  # fmt: skip


def _print(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _table(headings: list[str], rows: list[list[str]]) -> None:
    from .tables import console, table

    console().print(table(headings, rows))
