"""The contract kit finds what it is for: a plugin with every fault fails the test that is about it."""

import re
import subprocess
import sys

import pytest

from tracker.paths import PACKAGE

FAULTY = """
import itertools, json, socket
from tracker.sdk import Carrier, Event, NumberFormat, Parsed, Plugin, TrackingResult, hookimpl

PLUGIN = Plugin(name="faulty", label="Faulty", version="1")
counter = itertools.count()

class Faulty(Carrier):
    id = "faulty"
    names = {"en": "Faulty"}
    formats = [NumberFormat("slow", "(A+)+B")]

    def parse(self, payload):
        data = json.loads(payload.body or b"{}")
        return Parsed((TrackingResult(data["number"].upper(), (Event(None, text=str(next(counter))),)),))

    def public_url(self, number):
        return "https://track.example" + number

@hookimpl
def tracker_register_carriers():
    return [Faulty()]
"""
SOUND = """
from tracker.sdk import BadPayload, Carrier, Parsed, Plugin, TrackingResult, hookimpl, plain, read_json

PLUGIN = Plugin(name="sound", label="Sound", version="1")

class Sound(Carrier):
    id = "sound"
    names = {"en": "Sound"}
    url = "https://track.example/?n={number}"

    def parse(self, payload):
        data = read_json(payload.body)
        if not isinstance(data, dict) or not plain(data.get("number")):
            raise BadPayload("no number")
        return Parsed((TrackingResult(plain(data["number"], 60)),))

@hookimpl
def tracker_register_carriers():
    return [Sound()]
"""
TESTS = """
from tracker.testing.contract import *
PLUGIN_NAME = "{name}"
PLUGIN_FOLDERS = [{folder!r}]
"""


@pytest.fixture
def held_to_the_contract(tmp_path):
    def run(name, source):
        folder = tmp_path / "plugins"
        (folder / name / "samples").mkdir(parents=True)
        (folder / name / "samples" / "one.json").write_text('{"number": "1", "more": [1, {"a": "b"}]}')
        (folder / f"{name}.py").write_text(source)
        (tmp_path / f"test_{name}.py").write_text(TESTS.format(name=name, folder=str(folder)))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{name}.py"]
        environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
        )
        return done.returncode, done.stdout

    return run


def test_a_sound_plugin_passes(held_to_the_contract):
    code, out = held_to_the_contract("sound", SOUND)
    assert code == 0, out
    assert re.search(r"\d+ passed", out)
    assert "skipped" not in out


def test_a_carrier_that_only_knows_its_numbers_passes(held_to_the_contract):
    before, _parse, after = re.split(r"(    def parse.*?\n\n)", SOUND, maxsplit=1, flags=re.DOTALL)
    code, out = held_to_the_contract("sound", before + after)
    assert code == 0, out
    code, out = held_to_the_contract("asking", (before + "    polls = True\n\n" + after).replace("sound", "asking"))
    assert code == 1, "who asks has to read the answers"


def test_each_fault_fails_its_own_test(held_to_the_contract):
    code, out = held_to_the_contract("faulty", FAULTY)
    assert code == 1
    failed = set(re.findall(r"^FAILED test_faulty\.py::(\w+)", out, re.MULTILINE))
    assert failed == {
        "test_no_number_makes_a_dangerous_address",
        "test_no_pattern_takes_long_for_a_long_string",
        "test_nonsense_is_a_bad_payload_or_nothing",
        "test_one_field_of_a_wrong_type_never_raises",
        "test_reading_twice_says_the_same",
        "test_the_beginning_of_an_answer_never_raises",
    }


def test_a_plugin_that_does_not_load_fails_with_its_reason(held_to_the_contract):
    code, out = held_to_the_contract("broken", "raise RuntimeError('not today')")
    assert code == 1
    assert "not today" in out
