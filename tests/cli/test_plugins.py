"""`tracker plugins`: what is loaded, what failed and what to do, every carrier, and the switch of a shop."""

import json
from pathlib import Path

import pytest

from tests.acme import SOURCE

from .conftest import Run, run_tracker

SETTINGS = ("client_id=fine", "client_secret=hush-hush-canary")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command in a folder with a portal, a shop, and the plugins acme and torn besides the bundled ones."""
    folder = tmp_path_factory.mktemp("installed")
    mine = folder / "mine"
    mine.mkdir()
    (mine / "acme.py").write_text(SOURCE)
    (mine / "torn.py").write_text("import nothing_of_that_name\n")

    def run(*args: str) -> object:
        return run_tracker(folder, *args, env={"TRACKER_PLUGINS": str(mine), "TRACKER_PLUGINS_BLOCK": "email,offer"})

    done = run("init", "--url", "http://localhost:8000", "--shop", "tea-house", "--owner", "me@example.com")
    assert done.returncode == 0, done.stderr
    return run


def test_the_table_tells_versions_gifts_failures_and_what_is_blocked(installed: Run) -> None:
    done = installed("plugins")
    assert done.returncode == 1
    (acme,) = (line.split() for line in done.stdout.splitlines() if line.strip().startswith("acme "))
    assert acme == ["acme", "2.1", "Acme", "<Post>", "carrier:acme", "carrier:broker"]
    assert "tracker_shipment_changed" in done.stdout
    assert "blocked email (TRACKER_PLUGINS_BLOCK)" in done.stdout
    assert "channel:email" not in done.stdout
    assert "plugin torn is left out (import error)" in done.stderr
    assert "mend what it says, and install what it lacks" in done.stderr


def test_the_same_as_json(installed: Run) -> None:
    done = installed("plugins", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    acme = next(one for one in told["plugins"] if one["name"] == "acme")
    assert (acme["version"], acme["gives"]) == ("2.1", ["carrier:acme", "carrier:broker"])
    (failure,) = told["failures"]
    assert (failure["plugin"], failure["phase"], failure["reason"]) == ("torn", "import", "import error")
    assert "nothing_of_that_name" in failure["detail"]
    assert failure["remedy"].startswith("Import the module by itself")
    assert told["blocked"] == ["email", "offer"]


def test_every_carrier_by_id_with_what_it_can_do(installed: Run) -> None:
    done = installed("plugins", "carriers", "--json")
    assert done.returncode == 0, done.stderr
    known = {one["id"]: one for one in json.loads(done.stdout)}
    assert list(known) == sorted(known)
    assert set(known["acme"]) >= {"id", "names", "countries", "url", "plugin", "polls", "pushes"}
    assert (known["acme"]["names"]["ko"], known["acme"]["polls"], known["acme"]["pushes"]) == ("애크미", True, True)
    assert (known["ups"]["plugin"], known["ups"]["polls"]) == ("ups", True)
    assert "{number}" in known["ups"]["url"]
    table = installed("plugins", "carriers").stdout
    assert "Acme Post" in table
    assert "애크미" not in table


def test_a_plugin_is_put_to_work_and_laid_off_in_a_shop(installed: Run) -> None:
    early = installed("plugins", "enable", "acme", "--shop", "tea-house")
    assert early.returncode == 1
    assert "Fill in its settings first." in early.stderr
    assert installed("settings", "acme", "--shop", "tea-house", *SETTINGS).returncode == 0
    for word, said in (("disable", "off"), ("enable", "on")):
        done = installed("plugins", word, "acme", "--shop", "tea-house")
        assert (done.returncode, done.stdout) == (0, f"acme is {said} in tea-house.\n")
    assert "There is no such plugin." in installed("plugins", "disable", "nobody", "--shop", "tea-house").stderr


def test_a_word_that_is_none_is_named(installed: Run, tmp_path: Path) -> None:
    done = installed("plugins", "enlist", "acme")
    assert done.returncode == 2
    assert "enlist" in done.stderr
