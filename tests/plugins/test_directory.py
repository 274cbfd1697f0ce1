"""The directory: hundreds of carriers, all of them data."""

import re
import subprocess
import sys

import pytest
from babel import Locale

from tracker.host.loader import load
from tracker.paths import resource
from tracker.sdk import Carrier
from tracker.services.directory import list_carriers

from .conftest import PLUGINS

LOADING = """
import time
from pathlib import Path
from tracker.host.loader import load
load([Path({folder!r})], installed=False, blocked=["directory"])
from tracker_plugins import directory
from tracker.host.checks import complaints
times = []
for _ in range(5):
    directory._list_carriers.cache_clear()
    began = time.perf_counter()
    carriers = directory.tracker_register_carriers()
    assert not any(complaints("carrier", one) for one in carriers)
    times.append(time.perf_counter() - began)
print(min(times))
"""

PLUGIN_OF_ARAMEX = """
from tracker.sdk import Carrier, Plugin, hookimpl

PLUGIN = Plugin("{name}", "Aramex", "1.0")


class Aramex(Carrier):
    id, names = "aramex", {{"en": "Aramex"}}


@hookimpl
def tracker_register_carriers():
    return [Aramex()]
"""


@pytest.fixture(scope="module")
def registry():
    return load([PLUGINS], installed=False)


@pytest.fixture(scope="module")
def listed(registry):
    return {one.id: one.object for one in registry.carriers.values() if one.plugin == "directory"}


def test_002_05_the_directory_holds_more_than_four_hundred_carriers(registry, listed):
    assert [str(failure) for failure in registry.failures] == []
    assert len(listed) >= 400


def test_ids_are_slugs_and_countries_are_countries(listed):
    codes = {code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", code)}
    for id, one in listed.items():
        assert re.fullmatch("[a-z][a-z0-9_]*", id)
        assert set(one.countries) <= codes, id
        assert set(one.names) <= {*Locale("en").languages}, id


def test_002_07_links_are_https_and_carry_the_number(listed):
    linked = [one for one in listed.values() if one.url]
    assert len(linked) > 150
    for one in linked:
        assert one.public_url("AB12 3/4", "12345").startswith("https://")
        assert "AB12%203%2F4" in one.public_url("AB12 3/4")
        assert "{" not in one.public_url("1", "2")
    assert listed["actcore"].public_url("1") is None


def test_names_are_local_where_the_country_writes_otherwise(listed):
    assert listed["yamato"].names == {"en": "Yamato Transport", "ja": "ヤマト運輸"}
    local = [one for one in listed.values() if set(one.names) - {"en"}]
    assert len(local) > 300
    for countries, language in (("KR", "ko"), ("JP", "ja"), ("CN", "zh"), ("TW", "zh"), ("GR", "el"), ("SA", "ar")):
        mine = [one for one in listed.values() if tuple(one.countries) == (countries,)]
        assert mine
        assert all(language in one.names for one in mine), countries


def test_a_carrier_of_the_directory_is_known_and_never_asked(listed):
    for one in listed.values():
        assert not one.polls
        assert type(one).parse is Carrier.parse


@pytest.mark.parametrize("name", ["aramex", "zeta"])
def test_a_plugin_takes_the_place_of_the_entry_whose_id_it_brings(tmp_path, name):
    """Whether it is loaded before the directory or after it."""
    (tmp_path / f"{name}.py").write_text(PLUGIN_OF_ARAMEX.format(name=name))
    registry = load([PLUGINS, tmp_path] if name == "zeta" else [tmp_path, PLUGINS], installed=False)
    assert [str(failure) for failure in registry.failures] == []
    assert registry.carriers["aramex"].plugin == name
    assert registry.carriers["asendia"].plugin == "directory"
    assert not registry.carriers["aramex"].object.listed


def test_two_plugins_that_bring_the_same_carrier_are_still_one_too_many(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(PLUGIN_OF_ARAMEX.format(name=name))
    registry = load([PLUGINS, tmp_path], installed=False)
    assert [failure.plugin for failure in registry.failures] == ["two"]
    assert registry.carriers["aramex"].plugin == "one"


def test_reading_the_whole_directory_takes_less_than_50_ms():
    done = subprocess.run(
        [sys.executable, "-c", LOADING.format(folder=str(resource("plugins")))], capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert float(done.stdout) < 0.05


def test_the_list_tells_what_each_carrier_is_and_can(registry):
    told = {row["id"]: row for row in list_carriers(registry)}
    assert list(told) == sorted(registry.carriers)
    assert told["ups"]["polls"]
    assert told["ups"]["pushes"]
    assert told["yamato"] == {
        "id": "yamato",
        "names": {"en": "Yamato Transport", "ja": "ヤマト運輸"},
        "countries": ["JP"],
        "url": "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={number}",
        "plugin": "directory",
        "polls": False,
        "pushes": False,
        "formats": 1,
    }
