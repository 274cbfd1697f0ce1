"""Concerns raised at once: each has a number of its own, and one form is one concern however often it comes."""

import threading

from tests.portals import make_order
from tracker.sdk import ConcernKind
from tracker.services import concerns
from tracker.services.concerns import Draft
from tracker.services.portal import Portal
from tracker.store.concerns import Concern, Remark
from tracker.store.shops import Shop

AT_ONCE = 6


def test_numbers_are_given_one_by_one_and_a_form_pressed_twice_counts_once(portal: Portal, shop: Shop) -> None:
    orders = [make_order(portal, shop, f"10{index:02}") for index in range(AT_ONCE)]
    ready, failed = threading.Barrier(AT_ONCE * 2), []

    def press(order: int, key: str) -> None:
        try:
            ready.wait()
            concerns.raise_concern(portal, shop.id, order, Draft(ConcernKind.OTHER, text="x", key=key))
        except Exception as error:
            failed.append(error)
        finally:
            portal.database.close_thread()

    threads = [
        threading.Thread(target=press, args=(order.id, f"{index:032x}"))
        for _time in range(2)
        for index, order in enumerate(orders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(row.number for row in Concern.select()) == list(range(1, AT_ONCE + 1))
    assert Remark.select().count() == AT_ONCE
