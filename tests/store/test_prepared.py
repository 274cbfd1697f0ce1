"""Statements composed once answer what peewee's own would, on both databases."""

from datetime import UTC, datetime

from tracker.store.database import Database
from tracker.store.inbox import Inbox, receive
from tracker.store.prepared import Prepared, param
from tracker.store.shops import Shop, create_shop, find_by_slug

NOW = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)


def test_a_row_is_the_same_model_as_peewee_reads(database: Database) -> None:
    create_shop("tea", "Tea", NOW, origins=["https://tea.example"], theme={"accent": "#123456"})

    found, plain = find_by_slug("tea"), Shop.get(Shop.slug == "tea")

    assert found is not None
    assert found.__data__ == plain.__data__
    assert not found.dirty_fields


def test_a_row_found_so_can_be_changed_and_saved(database: Database) -> None:
    create_shop("tea", "Tea", NOW)
    found = find_by_slug("tea")
    assert found is not None

    found.name = "Tea & Cups"
    found.save()

    assert [(shop.slug, shop.name) for shop in Shop.select()] == [("tea", "Tea & Cups")]


def test_values_go_into_their_own_places_at_every_call(database: Database) -> None:
    both = Prepared(lambda: Shop.select(Shop.slug).where(Shop.name == param("name"), Shop.slug == param("slug")))
    for slug, name in (("tea", "Tea"), ("cup", "Cups")):
        create_shop(slug, name, NOW)

    assert both.first(slug="tea", name="Tea") == ("tea",)
    assert both.first(slug="cup", name="Cups") == ("cup",)
    assert both.first(slug="tea", name="Cups") is None


def test_what_is_written_reads_like_what_peewee_writes(database: Database) -> None:
    shop = create_shop("tea", "Tea", NOW)
    headers = {"content-type": "application/json", "x": "é\"'"}

    receive(shop.id, "store:woocommerce", "d1", b"\x00{}", now=NOW, headers=headers, numbers=["1", "2"])

    row = Inbox.get()
    assert (row.shop_id, bytes(row.body), row.headers, row.numbers) == (shop.id, b"\x00{}", headers, ["1", "2"])
    assert (row.due, row.created_at, row.state, row.attempts, row.silent) == (NOW, NOW, "waiting", 0, False)


def test_quotes_in_a_value_are_a_value(database: Database) -> None:
    assert find_by_slug("' OR ''='") is None
