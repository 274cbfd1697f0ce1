import subprocess
import sys

import click
import pytest

from tracker.cli import cli
from tracker.cli.contents import CONTENTS, Entry

from .conftest import TRACKER, Run

ENTRIES = [entry for entries in CONTENTS.values() for entry in entries]
ASKED_FOR = "demo run worker init import-csv sync parse match link hooks plugins doctor migrate backup"


def test_help_is_a_table_of_contents(tracker: Run) -> None:
    told = tracker("--help").stdout
    for title, entries in CONTENTS.items():
        assert f"\n{title}:\n" in told
        for entry in entries:
            assert f"\n  {entry.name} " in told
    assert set(ASKED_FOR.split()) <= {entry.name for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_has_an_example_and_the_line_of_the_table(entry: Entry) -> None:
    command = entry.load()
    told = command.get_help(click.Context(command, info_name=f"tracker {entry.name}"))
    assert "Example" in told
    assert f"tracker {entry.name}" in told.partition("Example")[2]
    first = (command.help or "").split("\n\n")[0].replace("\n", " ")
    assert first.startswith(entry.help.rstrip("."))


def test_what_was_mistyped_is_named_with_code_2(tracker: Run) -> None:
    done = tracker("hoks")
    assert done.returncode == 2
    assert "hoks" in done.stderr


def test_a_missing_configuration_is_one_sentence_per_variable(tracker: Run) -> None:
    done = tracker("migrate")
    assert done.returncode == 1
    assert "TRACKER_URL is not set" in done.stderr
    assert "tracker init" in done.stderr
    assert "Traceback" not in done.stderr


def test_developers_see_the_traceback(tracker: Run) -> None:
    assert "Traceback" in tracker("migrate", env={"TRACKER_DEBUG": "1"}).stderr


def test_a_bug_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tracker.cli import BUG, main

    @click.command()
    def breaks() -> None:
        raise KeyError("nobody expected this")

    monkeypatch.setattr(cli, "get_command", lambda ctx, name: breaks)
    monkeypatch.delenv("TRACKER_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["breaks"])
    assert ended.value.code == BUG
    assert "TRACKER_DEBUG=1" in capsys.readouterr().err


@pytest.mark.parametrize("args", [("--help",), ("parse", "--batch")])
def test_help_and_parse_begin_at_once(args: tuple[str, ...]) -> None:
    """What takes long to import is what they do without; seconds are for the bench."""
    slow = {"flask", "jinja2", "peewee", "huey", "psycopg", "PIL", "rich", "gunicorn", "babel", "argon2"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tracker", *args],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "tracker" in imported
    assert not slow & imported


def test_a_reader_that_leaves_early_is_no_error() -> None:
    line = '{"carrier": "ups", "body": "{}"}\n'
    pipe = f"printf '%s' '{line * 2000}' | {TRACKER} parse --batch | head -n 1"
    done = subprocess.run(pipe, check=False, shell=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == ""
