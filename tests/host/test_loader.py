"""Eleven kinds of broken plugin, singly and all at once, leave the rest working."""

import sys

import pytest

from tracker.host.loader import load
from tracker.host.registry import REMEDIES, Provider, Reason, Shelf, UnknownProvider

from .conftest import GOOD

HEAD = """
from tracker.sdk import Carrier, Parsed, Plugin, hookimpl
import pluggy
PLUGIN = Plugin(name="{name}", label="x", version="1")
class Post(Carrier):
    id = "{name}"
    names = {{"en": "Post"}}
"""
MARK = "pluggy.HookimplMarker('tracker')(wrapper=True)"
IMPL = "\n@hookimpl\ndef tracker_register_carriers():\n    "

BROKEN = {
    "import_missing": (Reason.IMPORT_ERROR, "import no_such_module_at_all"),
    "import_exit": (Reason.IMPORT_ERROR, "raise SystemExit(3)"),
    "import_syntax": (Reason.IMPORT_ERROR, "def broken(:"),
    "no_plugin": (Reason.NO_PLUGIN, "x = 1"),
    "plugin_no_object": (Reason.NO_PLUGIN, "PLUGIN = 'me'"),
    "api": (Reason.WRONG_API, "from tracker.sdk import Plugin\nPLUGIN = Plugin('api', 'x', '1', requires_api=99)"),
    "hook": (Reason.UNKNOWN_HOOK, HEAD + "\n@hookimpl\ndef tracker_register_carrierz():\n    return []"),
    "unmarked": (Reason.UNKNOWN_HOOK, HEAD + "\ndef tracker_register_carriers():\n    return []"),
    "argument": (Reason.UNKNOWN_ARGUMENT, HEAD + "\n@hookimpl\ndef tracker_register_carriers(app):\n    return []"),
    "wrapper": (
        Reason.WRAPPER,
        HEAD
        + "\n@pluggy.HookimplMarker('tracker')(wrapper=True)\ndef tracker_register_carriers():\n    return (yield)",
    ),
    "raising": (Reason.RAISED, HEAD + IMPL + "raise RuntimeError('no')"),
    "exiting": (Reason.RAISED, HEAD + IMPL + "raise SystemExit"),
    "raising_late": (Reason.RAISED, HEAD + IMPL + "yield Post()\n    raise RuntimeError('late')"),
    "iterable": (Reason.NOT_ITERABLE, HEAD + IMPL + "return 5"),
    "nothing": (Reason.NOT_ITERABLE, HEAD + IMPL + "return None"),
    "endless": (Reason.NOT_ITERABLE, HEAD + IMPL + "while True:\n        yield Post()"),
    "type": (Reason.WRONG_TYPE, HEAD + IMPL + "return [Post(), 'post']"),
    "class": (Reason.WRONG_TYPE, HEAD + IMPL + "return [Post]"),
    "taken": (Reason.TAKEN_ID, HEAD.replace('id = "{name}"', 'id = "alpha"') + IMPL + "return [Post()]"),
    "settings": (
        Reason.SETTINGS,
        HEAD.replace('"1")', '"1", settings=dict)'),
    ),
}


def text_of(name):
    return BROKEN[name][1].format(name=name) if "{name}" in BROKEN[name][1] else BROKEN[name][1]


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_plugin_is_left_out_whole_and_the_rest_work(shed, name):
    shed.good("alpha")
    shed.good("zulu")
    shed.write(f"{name}.py", text_of(name))
    registry = shed.load()
    assert list(registry.plugins) == ["alpha", "zulu"]
    assert list(registry.carriers) == ["alpha", "zulu"]
    (failure,) = registry.failures
    assert (failure.plugin, failure.reason) == (name, BROKEN[name][0])
    assert failure.detail
    assert failure.remedy == REMEDIES[failure.reason]
    assert f"tracker_plugins.{name}" not in sys.modules


def test_all_broken_plugins_at_once_leave_the_rest_working(shed):
    shed.good("alpha")
    shed.good("zulu")
    for name in BROKEN:
        shed.write(f"{name}.py", text_of(name))
    registry = shed.load()
    assert list(registry.plugins) == ["alpha", "zulu"]
    assert {failure.plugin: failure.reason for failure in registry.failures} == {
        name: reason for name, (reason, _) in BROKEN.items()
    }
    assert {provider.plugin for shelf in registry.shelves() for provider in shelf.values()} == {"alpha", "zulu"}


def test_every_reason_has_a_remedy_and_a_broken_plugin():
    assert set(REMEDIES) == set(Reason)
    assert {reason for reason, _ in BROKEN.values()} == set(Reason)


def test_a_newcomer_loses_a_taken_id_and_all_that_it_brought(shed, tmp_path):
    shed.good("alpha")
    newcomer = type(shed)(tmp_path / "more")
    newcomer.write(
        "aaa.py",
        HEAD.format(name="aaa")
        + "class Own(Post):\n    id = 'own'\nPost.id = 'alpha'"
        + IMPL
        + "return [Own(), Post()]",
    )
    registry = shed.load(newcomer.folder)
    assert list(registry.carriers) == ["alpha"]
    assert registry.carriers["alpha"].plugin == "alpha"
    assert registry.failures[0].reason == Reason.TAKEN_ID


def test_a_second_folder_cannot_take_a_bundled_name(shed, tmp_path):
    shed.good("alpha")
    other = type(shed)(tmp_path / "more")
    other.good("alpha", id="other")
    registry = shed.load(other.folder)
    assert list(registry.carriers) == ["alpha"]
    assert [failure.plugin for failure in registry.failures] == ["alpha"]


def test_a_plugin_from_another_folder_is_not_the_one_imported_before(shed, tmp_path):
    shed.good("alpha", id="first")
    assert list(shed.load().carriers) == ["first"]
    other = type(shed)(tmp_path / "more")
    other.good("alpha", id="second")
    assert list(other.load().carriers) == ["second"]


def test_blocked_plugins_are_not_imported(shed):
    shed.write("alpha.py", "raise RuntimeError('touched')")
    registry = shed.load(blocked=["alpha"])
    assert not registry.failures
    assert not registry.plugins


def test_a_file_whose_name_is_no_module_name_says_so(shed):
    shed.good("my-plugin")
    assert "cannot be imported" in shed.load().failures[0].detail


def test_an_installed_plugin_comes_after_the_folders(shed, tmp_path, monkeypatch):
    site = tmp_path / "site"
    for name, module in (("good", "tp_good"), ("bad", "tp_bad")):
        info = site / f"tp_{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tp-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[tracker.v1]\naaa_{name} = {module}\n")
    (site / "tp_good.py").write_text(GOOD.format(name="installed", id="installed"))
    (site / "tp_bad.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(str(site))
    shed.good("zulu")
    registry = load([shed.folder])
    assert list(registry.plugins) == ["zulu", "installed"]
    assert [failure.plugin for failure in registry.failures] == ["aaa_bad"]


def test_resources_of_a_plugin_lie_in_its_folder(shed):
    shed.good("alpha")
    shed.write("alpha/templates/card.html", "<p>")
    shed.write("beta/__init__.py", GOOD.format(name="beta", id="beta"))
    shed.write("beta/samples/one.json", "{}")
    registry = shed.load()
    assert registry.template_folder("alpha") == shed.folder / "alpha" / "templates"
    assert registry.folder("beta", "samples") == shed.folder / "beta" / "samples"
    assert registry.template_folder("beta") is None
    assert registry.template_folder("nobody") is None


def test_an_unknown_provider_is_told_with_those_that_exist(shed):
    shed.good("alpha")
    with pytest.raises(UnknownProvider, match=r"no carrier 'dhl'; there are: alpha"):
        shed.load().carriers["dhl"]


def test_of_hundreds_of_carriers_an_unknown_one_is_told_with_those_that_are_called_alike():
    shelf = Shelf("carrier")
    shelf.update({f"post_{count}": Provider("carrier", f"post_{count}", "many", object()) for count in range(50)})
    with pytest.raises(UnknownProvider) as told:
        shelf["pots_7"]
    assert "do you mean post_7 or " in str(told.value)
    assert str(told.value).endswith("`tracker plugins carriers` lists all 50")
    with pytest.raises(UnknownProvider, match=r"no carrier 'xyz'; `tracker plugins carriers` lists all 50"):
        shelf["xyz"]


def test_hooks_are_listed_with_their_plugins(shed):
    shed.good("alpha")
    shed.good("beta")
    assert shed.load().hooks() == {"tracker_register_carriers": ("alpha", "beta")}


def test_loading_twice_gives_the_same_objects(shed):
    shed.good("alpha")
    first, second = shed.load(), shed.load()
    assert first.plugins["alpha"].module is second.plugins["alpha"].module
    assert first.hooks() == second.hooks()
