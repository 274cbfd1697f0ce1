"""The plugin guide works as it stands: its files are plugins, its commands run, its examples answer what they say."""

import doctest
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr

import tracker.sdk
from tests.cli.conftest import TRACKER
from tests.docs.snippets import GUIDE, PAGES, ROOT, Snippet, assemble_carrier, find_snippets, read_marked, write_files
from tests.portals import make_config, make_order, make_shop
from tracker.domain.checks import RULES as CHECKS
from tracker.host.loader import load
from tracker.sdk import (
    ApiUrl,
    Concern,
    ConcernKind,
    Feedback,
    HttpsUrl,
    Milestone,
    Rules,
    ShipmentChange,
    Status,
    load_formats,
)
from tracker.services import polling, settings, shipping, work
from tracker.services.portal import open_portal
from tracker.store.shipments import find_shipment
from tracker.testing.faults import REFUSALS, MadeUpHttp, answers, odd_answers
from tracker.testing.made_up import make_context
from tracker.testing.readings import write_missing
from tracker.web import forms

README = GUIDE / "README.md"
FAMILIES = {"python", "pycon", "toml", "json", "sh", "html"}
WHOLE = "acme_whole"
FAULTS = re.compile(r"^\| (.+?) \| (?:`(\w+)`|any error|no news) \|$", re.MULTILINE)
PROVIDERS = {
    "carriers.md": tracker.sdk.Carrier, "channels.md": tracker.sdk.Channel, "vocabularies.md": tracker.sdk.Vocabulary,
    "stores.md": tracker.sdk.StoreConnector, "recommenders.md": tracker.sdk.Recommender,
    "blocks.md": tracker.sdk.Block,
}  # fmt: skip


def run(folder: Path, line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell block as its reader types it in a folder."""
    words = shlex.split(line)
    programs = {"python": [sys.executable], "tracker": [str(TRACKER)]}
    programs["pytest"] = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command = [*programs[words[0]], *words[1:]]
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=110, check=False, input=""
    )


def lines(page: str) -> list[str]:
    """The commands of a page, in its order."""
    return [line for one in find_snippets("sh", page=page) for line in one.text.splitlines()]


def import_file(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the guide; and the carrier with all of `carriers.md` in it as a plugin of its own."""
    folder = tmp_path_factory.mktemp("guide")
    write_files(folder)
    whole = folder / "plugins" / WHOLE
    shutil.copytree(folder / "plugins/acme", whole)
    (whole / "__init__.py").write_text(assemble_carrier(WHOLE), encoding="utf-8")
    # What its page says that Acme answers to an instruction.
    (whole / "samples/taken.json").write_text('{"state": "taken", "id": "w7", "words": "Noted."}')
    (whole / "samples/taken.expected.json").write_text('{"mode": "instruction", "numbers": ["AC12345678"]}')
    registry = load([folder / "plugins"], installed=False)
    assert not registry.failures
    assert len([*write_missing(registry, "acme"), *write_missing(registry, WHOLE)]) == 2
    return folder


def test_the_carrier_has_40_lines() -> None:
    source = read_marked("file: plugins/acme/__init__.py")
    assert len([line for line in source.splitlines() if line.strip()]) <= 40


def test_the_start_works_word_by_word(tmp_path: Path) -> None:
    """All commands of the first page but those that run for ever or need a shop."""
    write_files(tmp_path)
    done = {line: run(tmp_path, line) for line in lines("README.md") if not re.search(r"acme_api|demo", line)}
    failed = {line: one.stdout + one.stderr for line, one in done.items() if one.returncode}
    assert list(failed) == ["tracker parse acme plugins/acme/samples/moving.json --plugins plugins"]
    said = next(iter(failed.values()))
    for text in ("2026-03-02 10:15:00 +01:00", "unknown", "not_found", "attempt_failed"):
        assert text in said
    assert "acme" in done['tracker match "ac 1234-5678" --plugins plugins'].stdout
    assert "acme" in {
        one["name"] for one in json.loads(done["tracker plugins --plugins plugins --json"].stdout)["plugins"]
    }
    assert (tmp_path / "plugins/acme/samples/moving.expected.json").is_file()
    assert (tmp_path / "tracker-acme/pyproject.toml").is_file()
    assert len(done) == 7


def test_every_plugin_of_the_guide_keeps_the_contract(guide: Path) -> None:
    """Those that stand there in full, and the carrier with every piece of its page; by a test file of one line."""
    line = read_marked("file: test_acme.py")
    assert len(line.splitlines()) == 1
    (guide / "test_acme.py").write_text(line + 'PLUGIN_FOLDERS = ["plugins"]\n')
    (guide / "test_others.py").write_text(line + f'PLUGIN_FOLDERS, PLUGIN_NAME = ["plugins"], ["bell", "{WHOLE}"]\n')
    done = run(guide, "pytest -v test_acme.py test_others.py")
    assert done.returncode == 0, done.stdout
    assert "test_acme.py::test_the_plugin_loads[acme] PASSED" in done.stdout
    assert "test_others.py::test_the_plugin_loads[bell] PASSED" in done.stdout
    for promise in ("proved_comes_in", "a_label_is", "a_probe_tells", "a_subscription_is_for", "no_number_changes",
                    "an_instruction_is_told"):  # fmt: skip
        assert re.search(rf"{promise}\w*\[{WHOLE}\] PASSED", done.stdout), promise


@pytest.fixture
def acme_api() -> Iterator[str]:
    """The address of the example's carrier, served by its own code."""
    module = import_file(ROOT / "docs/examples/acme_api.py", "acme_api")
    module.Acme.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), module.Acme)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer_is_recorded_as_the_guide_says(acme_api: str, tmp_path: Path) -> None:
    write_files(tmp_path)
    said = [line.replace("127.0.0.1:9009", acme_api) for line in lines("testing.md")]
    (exported,) = [line for line in said if line.startswith("export ")]
    environ = dict(pair.split("=") for pair in exported.split()[1:])
    for line in said[said.index(exported) + 1 :]:
        if re.match("tracker (init|settings|record)", line):
            done = run(tmp_path, line, **environ)
            assert done.returncode == 0, done.stderr
    samples = tmp_path / "plugins/acme/samples"
    assert json.loads((samples / "on_the_van.json").read_text())["parcels"][0]["number"] == "AC12345678"
    read = json.loads((samples / "on_the_van.expected.json").read_text())["results"][0]["events"]
    assert [event["status"] for event in read] == ["picked_up", "in_transit", "out_for_delivery"]


def test_a_parcel_is_tracked_as_the_guide_says(
    guide: Path, acme_api: str, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "tracker.sqlite3")
    more = {"PLUGINS": str(guide / "plugins"), "HTTP_ALLOW": acme_api, "PLUGINS_BLOCK": WHOLE}
    portal = open_portal(make_config(f"sqlite:///{tmp_path / 'tracker.sqlite3'}", tmp_path, **more))
    (secret,) = re.findall(r"client secret `([\w-]+)`", README.read_text(encoding="utf-8"))
    filled = {"client_id": "tea-house", "client_secret": secret, "base_url": f"http://{acme_api}"}
    shop = make_shop(portal)
    settings.change(portal, shop, "acme", filled, "cli")
    order = make_order(portal, shop, placed_at=datetime.now(UTC) - timedelta(days=1))
    row, _ = shipping.add_shipment(portal, shop.id, order, "acme", "AC12345678", actor="staff:1")
    assert polling.ask_carriers(portal) == 1
    work.run_inbox(portal)
    shipment = find_shipment(shop.id, row.id)
    portal.database.close_thread()
    assert shipment
    assert (shipment.milestone, shipment.ask_error) == (Milestone.OUT_FOR_DELIVERY, "")


PIECES = [one for one in find_snippets("python", "toml", "html") if one.path("part of")]


@pytest.mark.parametrize("snippet", PIECES, ids=str)
def test_pieces_of_files_stand_there_word_by_word(snippet: Snippet) -> None:
    assert snippet.text in (ROOT / snippet.path("part of")).read_text(encoding="utf-8")


def namespace(guide: Path, page: str) -> dict[str, object]:
    """What the examples of a page may use."""
    names = {name: getattr(tracker.sdk, name) for name in tracker.sdk.__all__}
    if page == "carriers.md":
        rules = Rules(tomllib.loads(read_marked("rules")))
        return {**names, **vars(import_file(guide / f"plugins/{WHOLE}/__init__.py", WHOLE)), "RULES": rules}
    if page == "vocabularies.md":
        module = import_file(ROOT / "tracker/scaffold/vocabulary/tracker_acme/__init__.py", "tracker_acme_words")
        return {**names, "acme": module.AcmeVocabulary()}
    return {**names, "AcmeSettings": settings_model()}


@pytest.mark.parametrize("page", sorted({one.page for one in find_snippets("pycon")}))
def test_examples_answer_what_they_say(guide: Path, page: str) -> None:
    text = "\n".join(one.text for one in find_snippets("pycon", page=page))
    test = doctest.DocTestParser().get_doctest(text, namespace(guide, page), page, page, 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.REPORT_NDIFF)
    runner.run(test, out=said.append)
    assert not said, "".join(said)
    assert test.examples


def test_the_formats_are_formats_and_their_check_digits_hold(tmp_path: Path) -> None:
    file = tmp_path / "formats.toml"
    file.write_text(read_marked("formats"), encoding="utf-8")
    formats = load_formats(file)
    assert [one.check for one in formats] == ["mod10", "s10"]
    rules = re.findall(r"^\| `(\w+)` \|", (GUIDE / "carriers.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(CHECKS) <= set(rules)


def settings_model() -> type[BaseModel]:
    names: dict[str, object] = {
        "BaseModel": BaseModel, "Field": Field, "SecretStr": SecretStr, "ApiUrl": ApiUrl, "HttpsUrl": HttpsUrl,
        "Literal": Literal,
    }  # fmt: skip
    exec(read_marked("settings"), names)
    model = names["AcmeSettings"]
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return model


def test_settings_are_drawn_as_the_table_says() -> None:
    text = (GUIDE / "settings.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\w+) \|$", text, re.MULTILINE)
    assert [(field.name, field.kind) for field in forms.draw(settings_model(), {})] == told


def test_the_faults_that_are_named_are_those_that_the_contract_makes() -> None:
    told = FAULTS.findall((GUIDE / "testing.md").read_text(encoding="utf-8"))
    made = [*REFUSALS, *odd_answers(b"{}")]
    assert [name for name, _ in told] == [fault.name for fault in made]
    assert [kind for _, kind in told] == [next(iter(fault.kinds), "") for fault in made]


@pytest.mark.parametrize(("milestone", "told"), [(Milestone.DELIVERED, 1), (Milestone.IN_TRANSIT, 0)])
def test_the_listener_posts_what_arrived(guide: Path, milestone: Milestone, told: int) -> None:
    bell = import_file(guide / "plugins/bell.py", "bell")
    http: MadeUpHttp = answers(b"{}")
    change = ShipmentChange("c1", "demo", "1001", "acme", "AC12345678", Status(Milestone.IN_TRANSIT), Status(milestone))
    ctx = make_context(bell.BellSettings(url="https://chat.example/in"), http=http)
    bell.tracker_shipment_changed(change, ctx)
    assert len(http.asked) == told
    assert all(asked.json["id"] == "c1" and "1001" in asked.json["text"] for asked in http.asked)


def test_the_messages_of_the_bundled_listener_have_the_shape_that_is_shown(registry) -> None:
    shown = {one["type"]: one["data"] for one in map(json.loads, _messages())}
    webhook = registry.plugins["webhook"].module
    change, concern, feedback = (
        shown[name] for name in ("shipment.changed", "concern.raised", "feedback.given")
    )  # fmt: skip
    told = ShipmentChange(
        "c1", change["shop"], change["order"], change["carrier"], change["number"], Status(Milestone.IN_TRANSIT),
        Status(Milestone.DELIVERED), datetime.fromisoformat(change["at"]), change["url"],
    )  # fmt: skip
    assert webhook.describe(told) == change
    raised = Concern(
        "c2", concern["shop"], concern["order"], concern["concern"], ConcernKind(concern["kind"]),
        datetime.fromisoformat(concern["at"]), concern["text"], concern["carrier"], concern["number"],
        pieces=(("Stone cup", 1),), photos=concern["photos"],
    )  # fmt: skip
    assert webhook.describe_concern(raised) == concern
    given = Feedback(
        "c3", feedback["shop"], feedback["order"], feedback["carrier"], feedback["number"],
        datetime.fromisoformat(feedback["at"]), feedback["delivery_stars"], feedback["carrier_stars"],
        feedback["comment"],
    )  # fmt: skip
    assert webhook.describe_feedback(given) == feedback


def _messages() -> list[str]:
    return [one.text for one in find_snippets("json", page="events.md")]


def test_no_snippet_is_left_untested() -> None:
    """Each block is of a kind that some test here runs, reads or compares."""
    for page in PAGES:
        opened = re.findall(r"^```(\w*)$", page.read_text(encoding="utf-8"), re.MULTILINE)[::2]
        assert set(opened) <= FAMILIES, page.name
        assert len(opened) == len(find_snippets(*FAMILIES, page=page.name)), page.name
    for one in find_snippets("python"):
        assert one.mark or one.page == "carriers.md", str(one)
    for one in find_snippets("toml"):
        tomllib.loads(one.text)
    for one in find_snippets("json"):
        json.loads(one.text)


def test_every_public_name_of_the_sdk_is_explained_somewhere() -> None:
    """In the guide or the page of hooks, as code."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in [*PAGES, ROOT / "docs/hooks.md"])
    code = " ".join(re.findall(r"`[^`]+`|^```.*?^```", text, re.DOTALL | re.MULTILINE))
    missing = [name for name in tracker.sdk.__all__ if not re.search(rf"\b{name}(s|`s)?\b", code)]
    assert not missing, f"write what these are for into docs/plugins: {missing}"


@pytest.mark.parametrize("page", PROVIDERS)
def test_every_attribute_and_method_of_a_kind_stands_on_its_page(page: str) -> None:
    kind = PROVIDERS[page]
    text = (GUIDE / page).read_text(encoding="utf-8")
    public = [name for name in {*vars(kind), *vars(kind)["__annotations__"]} if not name.startswith("_")]
    assert public
    assert [name for name in sorted(public) if f"`{name}" not in text] == []


def test_the_plugins_of_the_guide_load_beside_the_bundled_ones(guide: Path) -> None:
    registry = load([ROOT / "plugins", guide / "plugins"], installed=False)
    assert not registry.failures
    assert {"acme", "bell", WHOLE} <= set(registry.plugins)


def test_links_to_headings_lead_to_one() -> None:
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([\w./-]*\.md)?#([\w-]+)\)", page.read_text(encoding="utf-8")):
            text = (page.parent / target if target else page).read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}, anchor
