"""Settings of a plugin: kept encrypted, changed as a whole or not at all, and shown without their secrets."""

import json

import pytest
from pydantic import ValidationError

from tests.acme import HUSH, SETTINGS, add_acme
from tests.portals import KEY
from tracker.host.secrets import SecretBox
from tracker.services import settings
from tracker.services.refusals import Refused
from tracker.store.audit import load_audit
from tracker.store.shops import PluginSetting

BLANK = {"client_id": "", "client_secret": "", "push_secret": "", "region": "", "pace": "", "express": False}


@pytest.fixture(autouse=True)
def acme(portal, tmp_path):
    add_acme(portal, tmp_path)


def save(portal, shop, forget=(), **typed):
    settings.save(portal, shop, "acme", {**BLANK, **typed}, "staff:1", forget)


def kept(portal, shop):
    return portal.ports.settings.load(shop.id, "acme")


def test_what_is_saved_is_encrypted_and_read_back_without_secrets(portal, shop):
    save(portal, shop, **SETTINGS, pace="2.5", express=True, region="us")
    assert HUSH not in PluginSetting.get().sealed
    filled = settings.read(portal, shop, "acme")
    assert filled.values == {"client_id": "fine", "pace": 2.5, "express": True, "region": "us"}
    assert filled.secrets == {"client_secret"}
    assert HUSH not in repr(filled)


def test_an_empty_secret_stays_and_an_empty_field_goes_back_to_its_default(portal, shop):
    save(portal, shop, **SETTINGS, push_secret="mine", pace="2.5")
    save(portal, shop, client_id="new")
    assert kept(portal, shop) == {
        "client_id": "new", "client_secret": HUSH, "push_secret": "mine", "express": False,
    }  # fmt: skip
    save(portal, shop, client_id="new", client_secret="other", push_secret="another")
    assert (kept(portal, shop)["client_secret"], kept(portal, shop)["push_secret"]) == ("other", "another")


def test_a_secret_is_removed_on_purpose_alone_and_what_is_typed_wins(portal, shop):
    save(portal, shop, **SETTINGS, push_secret="mine")
    save(portal, shop, client_id="fine", push_secret="newer", forget=["push_secret"])
    assert kept(portal, shop)["push_secret"] == "newer"
    save(portal, shop, client_id="fine", forget=["push_secret"])
    assert "push_secret" not in kept(portal, shop)
    with pytest.raises(ValidationError):
        save(portal, shop, client_id="fine", forget=["client_secret"])
    assert kept(portal, shop)["client_secret"] == HUSH


@pytest.mark.parametrize(
    "typed",
    [{"client_secret": "x"}, {"client_id": "f"}, {"region": "mars"}, {"pace": "0"}, {"pace": "quick"},
     {"client_secret": "x" * 61}],
)  # fmt: skip
def test_what_is_wrong_changes_nothing(portal, shop, typed):
    save(portal, shop, **SETTINGS)
    before = PluginSetting.get().sealed
    with pytest.raises(ValidationError):
        save(portal, shop, **{**({} if "client_secret" in typed else SETTINGS), **typed})
    assert PluginSetting.get().sealed == before
    assert len(load_audit(shop.id, "plugin:acme")) == 1


def test_s32_the_record_names_the_fields_that_changed_and_no_value(portal, shop):
    save(portal, shop, **SETTINGS)
    save(portal, shop, client_id="other", client_secret="renewed-canary")
    entries = load_audit(shop.id, "plugin:acme")
    assert [entry.body["fields"] for entry in entries] == [
        ["client_id", "client_secret", "express"], ["client_id", "client_secret"],
    ]  # fmt: skip
    assert "canary" not in json.dumps([dict(entry.body) for entry in entries])


def test_what_came_from_the_command_line_is_read_in_the_types_of_its_fields(portal, shop):
    changes = {**SETTINGS, "express": "false", "pace": "3"}
    settings.change(portal, shop, "acme", changes, "cli")
    assert settings.read(portal, shop, "acme").values == {"client_id": "fine", "express": False, "pace": 3.0}
    told = settings.describe(portal, shop, "acme")
    assert told["client_secret"] == ("(kept, not shown)", "Client secret")
    with pytest.raises(Refused, match="has no setting 'nonsense'"):
        settings.change(portal, shop, "acme", {"nonsense": "1"}, "cli")


def test_what_the_keys_cannot_open_any_more_is_filled_in_again(portal, shop):
    save(portal, shop, **SETTINGS)
    row = PluginSetting.get()
    row.sealed = SecretBox([KEY + "another"]).seal("{}")
    row.save()
    assert settings.read(portal, shop, "acme") == settings.Filled({}, lost=True)
    with pytest.raises(ValidationError):
        save(portal, shop, client_id="fine")
    save(portal, shop, **SETTINGS)
    assert settings.read(portal, shop, "acme").values["client_id"] == "fine"


def test_a_made_secret_is_never_the_same_and_fits_the_shortest_field():
    made = {settings.make_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(one) for one in made} == {32}
