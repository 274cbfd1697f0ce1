"""Slots and templates of plugins: reached only by their plugin's name, silent where they do not fit."""

from pathlib import Path

import pytest
from jinja2 import Environment, TemplateNotFound

from tracker.host.registry import Loaded, Registry
from tracker.sdk import Plugin
from tracker.services import slots
from tracker.services.portal import Portal
from tracker.services.texts import PluginLoader, environment
from tracker.store.shops import Shop, write_slot
from tracker.web.tracking import Kept

OFFER = {"title": "A cup & <more>", "text": "Until Sunday.", "link_url": "https://lantern.example/cups"}


def _view(**parcel: object) -> dict:
    told = {"milestone": "in_transit", "cancelled": False, "trouble": False, **parcel}
    return {"trouble": bool(told["trouble"]) and not told["cancelled"], "parcels": [told], "lines": []}


@pytest.fixture
def templates(tmp_path: Path) -> Environment:
    """An environment with one plugin, `mine`, whose folder holds `a.html` and a way out."""
    folder = tmp_path / "mine"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "a.html").write_text("<p>{{ text }}</p>")
    (folder / "templates" / "base.html").write_text("shadow")
    (folder / "secret.html").write_text("secret")
    (folder / "templates" / "out.html").symlink_to(folder / "secret.html")
    loaded = Loaded(Plugin("mine", "Mine", "1"), pytest, folder, "test")
    return environment(PluginLoader(Registry(plugins={"mine": loaded})))


def test_a_plugins_template_is_found_by_its_plugins_name_and_escapes(templates: Environment) -> None:
    assert templates.get_template("mine:a.html").render(text="<b>") == "<p>&lt;b&gt;</p>"


@pytest.mark.parametrize(
    "name",
    ["base.html", "a.html", "other:a.html", "mine:../secret.html", "mine:/etc/passwd", "mine:a.html:b",
     "mine:", ":a.html", "mine:out.html", "mine:..\\secret.html", "mine:gone.html"],
)  # fmt: skip
def test_s30_no_other_name_reaches_a_file(templates: Environment, name: str) -> None:
    with pytest.raises(TemplateNotFound):
        templates.get_template(name)


def test_an_offer_is_filled_for_the_surfaces_it_was_put_on(portal: Portal, shop: Shop) -> None:
    write_slot(shop.id, "offer", "offer", OFFER, ["page", "mail"], portal.now())
    page = slots.fill(portal, shop, "page", _view(), "en")
    assert page is not None
    assert "A cup &amp; &lt;more&gt;" in page
    plain = slots.fill(portal, shop, "mail", _view(), "en", plain=True)
    assert plain is not None
    assert "A cup & <more>" in plain
    assert slots.fill(portal, shop, "widget", _view(), "en") is None


@pytest.mark.parametrize(
    ("parcel", "silent"), [({"trouble": True}, True), ({"trouble": True, "cancelled": True}, False)]
)
def test_trouble_silences_whatever_the_block_says_and_a_cancelled_parcel_is_none(
    portal: Portal, shop: Shop, parcel: dict, silent: bool
) -> None:
    write_slot(shop.id, "offer", "offer", OFFER, ["page"], portal.now())
    assert (slots.fill(portal, shop, "page", _view(**parcel), "en") is None) is silent


def test_another_shops_offer_is_not_shown(portal: Portal, shop: Shop) -> None:
    from tests.portals import make_shop

    write_slot(make_shop(portal, "other").id, "offer", "offer", OFFER, ["page"], portal.now())
    assert slots.fill(portal, shop, "page", _view(), "en") is None


def test_a_template_that_fails_shows_nothing(portal: Portal, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    block = portal.registry.blocks["offer"].object
    for template in ("gone.html", "../../../templates/base.html"):
        monkeypatch.setattr(type(block), "template", template)
        assert slots.render(portal, shop.id, "offer", OFFER) is None
    assert slots.render(portal, shop.id, "nothing", OFFER) is None
    assert slots.render(portal, shop.id, "offer", {"title": ""}) is None


def test_rendered_pages_are_kept_up_to_a_size_the_newest_longest() -> None:
    kept = Kept(100)
    for name in "ab":
        kept.put(name, b"x" * 30, b"y" * 10)
    assert kept.get("a") == (b"x" * 30, b"y" * 10)
    kept.put("c", b"x" * 30, b"y" * 10)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]
