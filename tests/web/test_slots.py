"""Slots and templates of plugins: reached only by their plugin's name, silent where they do not fit."""

from pathlib import Path

import pytest
from jinja2 import Environment, TemplateNotFound

from tests.portals import make_shop
from tracker.host.registry import Loaded, Registry
from tracker.sdk import Plugin
from tracker.services import settings, slots
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


def fill_every_slot(portal: Portal, shop: Shop) -> None:
    """An offer by hand in each slot but the one below, which a recommender fills."""
    settings.change(portal, shop, "feed", {"url": "https://lantern.example/products.json"}, "test")
    offer = {"offer": {"id": "1", "title": "Recommended", "link_url": "https://lantern.example/r"}, "skus": ["R"]}
    portal.contexts.make(shop.id, "feed").memory.set("products", [offer])
    for slot in slots.SLOTS:
        if slot == "below":
            write_slot(shop.id, slot, "products", {}, portal.now(), recommender="feed")
        else:
            write_slot(shop.id, slot, "offer", {**OFFER, "title": f"In {slot} & <more>"}, portal.now())


def test_each_slot_is_on_its_surface_and_escaped(portal: Portal, shop: Shop) -> None:
    fill_every_slot(portal, shop)
    page = slots.fill_all(portal, shop, "page", _view(), "en")
    assert set(page) == {"above", "below"}
    assert "In above &amp; &lt;more&gt;" in page["above"]
    assert "You may also like" in page["below"]
    assert "Recommended" in page["below"]
    assert set(slots.fill_all(portal, shop, "widget", _view(), "en")) == {"widget"}
    assert "In mail & <more>" in (slots.fill(portal, shop, "mail", _view(), "en", plain=True) or "")
    drafts = {"above": None, "below": slots.Filling("offer", OFFER)}
    drafted = slots.fill_all(portal, shop, "page", _view(), "en", drafts=drafts)
    assert set(drafted) == {"below"}
    assert "A cup" in drafted["below"]


@pytest.mark.parametrize(
    ("parcel", "silent"), [({"trouble": True}, True), ({"trouble": True, "cancelled": True}, False)]
)
def test_trouble_silences_every_slot_and_recommender_and_a_cancelled_parcel_is_none(
    portal: Portal, shop: Shop, parcel: dict, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_every_slot(portal, shop)
    # Not even a block that knows no trouble is heard.
    offer = portal.registry.blocks["offer"].object
    monkeypatch.setattr(type(offer), "context", lambda _self, view, _ctx: view.content.model_dump())
    two = _view(**parcel)
    two["parcels"].append({"milestone": "delivered", "cancelled": False, "trouble": False})
    for view in (_view(**parcel), two):
        for surface in slots.SURFACES:
            filled = slots.fill_all(portal, shop, surface, view, "en")
            assert set(filled) == (set() if silent else {name for name, on in slots.SLOTS.items() if on == surface})


def test_another_shops_offer_is_not_shown(portal: Portal, shop: Shop) -> None:
    other = make_shop(portal, "other")
    fill_every_slot(portal, other)
    assert slots.fill_all(portal, shop, "page", _view(), "en") == {}
    write_slot(shop.id, "below", "products", {}, portal.now(), recommender="feed")
    assert slots.fill_all(portal, shop, "page", _view(), "en") == {}


def test_a_template_that_fails_shows_nothing(portal: Portal, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    block = portal.registry.blocks["offer"].object
    for template in ("gone.html", "../../../templates/base.html"):
        monkeypatch.setattr(type(block), "template", template)
        assert slots.render(portal, shop.id, slots.Filling("offer", OFFER)) is None
    assert slots.render(portal, shop.id, slots.Filling("nothing", OFFER)) is None
    assert slots.render(portal, shop.id, slots.Filling("offer", {"title": ""})) is None


def test_rendered_pages_are_kept_up_to_a_size_the_newest_longest() -> None:
    kept = Kept(100)
    for name in "ab":
        kept.put(name, b"x" * 30, b"y" * 10)
    assert kept.get("a") == (b"x" * 30, b"y" * 10)
    kept.put("c", b"x" * 30, b"y" * 10)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]
