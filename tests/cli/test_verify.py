"""`tracker verify`, and the script that does the same without us, as somebody at a terminal runs them."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.domain.test_reports import CASES, ENTRIES, HEAD, REPORT
from tests.portals import make_order
from tracker.cli import verify
from tracker.services import shipping
from tracker.store.audit import Audit

SCRIPT = Path(__file__).parents[2] / "docs/verify_report.py"
CALLS = {
    "whole": (REPORT, HEAD, 0),
    "its last head": (REPORT, ENTRIES[2].hash.upper(), 0),
    "another head": (REPORT, "0" * 64, 1),
    "a changed byte": (REPORT.replace(b"demo", b"deno"), HEAD, 1),
    "no report": (CASES["deep"], HEAD, 1),
    "a head that is none": (REPORT, "abc", 2),
}


def run_tracker(*args):
    done = CliRunner().invoke(verify.verify, [str(arg) for arg in args])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout


def run_script(*args):
    done = subprocess.run([sys.executable, "-I", SCRIPT, *map(str, args)], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", CALLS)
def test_command_and_script_say_the_same_and_end_with_the_same_code(tmp_path, name):
    data, head, code = CALLS[name]
    path = tmp_path / "report.json"
    path.write_bytes(data)
    told = run_script(path, head)
    assert told[0] == code
    assert run_tracker(path, "--head", head)[0] == code
    if code < 2:
        assert run_tracker(path, "--head", head) == told
        assert told[1].count("\n") == 1


def test_wrong_calls_are_explained(tmp_path):
    report = tmp_path / "report.json"
    report.write_bytes(REPORT)
    for args in (
        (),
        (report,),
        ("--head", HEAD),
        (report, "--head", HEAD, "--shop", "demo"),
        ("gone.json", "--head", HEAD),
    ):
        assert run_tracker(*args)[0] == 2, args
    assert run_script()[0] == 2
    assert run_script(report)[0] == 2
    assert run_script("gone.json", HEAD) == (1, "This is no delivery report: it cannot be read.\n")


def test_a_changed_chain_is_named_in_the_database(portal, shop, monkeypatch):
    monkeypatch.setattr(verify, "open_here", lambda: portal)
    order = make_order(portal, shop)
    shipment, _new = shipping.add_shipment(portal, shop.id, order, "demo", "DEMO1", actor="staff:1")
    assert run_tracker("--shop", "demo") == (0, "2 chains, none broken.\n")
    Audit.update(actor="staff:2").where(Audit.chain == f"shipment:{shipment.id}", Audit.position == 1).execute()
    code, said = run_tracker("--shop", "demo")
    assert code == 1
    assert said.splitlines() == [
        f"shipment:{shipment.id} was changed: entry 2 does not fit.",
        "1 of 2 chains are broken. Compare with a backup from before that.",
    ]
    assert run_tracker("--shop", "nobody")[0] == 1
