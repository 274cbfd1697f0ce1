"""kill -9 while customers answer, report, choose and have themselves erased: nothing half, nothing lost, nothing twice.

A customer presses until an answer comes, each time with the same form, as a browser does that was told nothing.
"""

import io
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from http.client import HTTPException

import pytest
from PIL import Image
from werkzeug.test import EnvironBuilder

from tests.portals import make_order, scan
from tests.services.test_erasure import everything
from tracker.sdk import Buyer, TrackingResult
from tracker.services import demo, links, preferences, recording, reports, shipping
from tracker.store import leases
from tracker.store.concerns import Concern, Photo, Remark
from tracker.store.instructions import Instruction
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.ratings import Rating

from .harness import count, integrity
from .installation import LEASE, installed, wait_until

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.faults]
WORKER_POINTS = ("claimed", "instructed", "handled", "mail-sent")


def picture():
    out = io.BytesIO()
    Image.effect_noise((900, 700), 60).save(out, "JPEG")
    return out.getvalue()


PICTURE = picture()


class Customer:
    """Somebody with two parcels, one of which nobody met: their order's page and what they do there, step by step."""

    def __init__(self, running, number):
        self.running, self.number = running, number
        portal, shop = running.portal, running.shop
        buyer = Buyer(f"Canary{number} Bird", f"canary{number}@example.com", locale="en", country="KR")
        self.order = make_order(portal, shop, str(number), buyer=buyer)
        self.parcel = self._send("failed_attempt", number)
        demo.place_story(portal, shop, self.parcel.number, 4 + 24)
        at = (portal.now() - timedelta(minutes=20)).replace(tzinfo=None)
        came = scan("attempt_failed", at, 0)
        recording.record_result(portal, shop, "demo", TrackingResult(self.parcel.number, (came,)))
        home, _ = shipping.add_shipment(portal, shop.id, self.order, "ups", f"1Z12345E0{number:09}", actor="test")
        came = scan("delivered", at, 0)
        recording.record_result(portal, shop, "ups", TrackingResult(home.number, (came,)))
        self.home = home
        self.base = f"/t/{links.issue(portal, shop.id, self.order, self.order.email)}"

    def _send(self, script, seed):
        number = demo.number_parcel(self.running.portal, script, seed)
        return shipping.add_shipment(
            self.running.portal, self.running.shop.id, self.order, "demo", number, actor="test"
        )[0]

    @property
    def leaves(self):
        return self.number % 2 == 1

    def live(self):
        name = f"{self.number:032x}"
        answer = {"kind": "safe_place", "safe_place-text": f"canary{self.number} shed", "key": name}
        self.press(f"/parcels/{self.parcel.id}/answer", answer)
        told = {"kind": "damaged", "text": f"canary{self.number} sings", "key": name, "parcel": str(self.home.id)}
        self.press("/concerns/new", {**told, "photos": (io.BytesIO(PICTURE), "a.jpg")})
        self.press(f"/parcels/{self.home.id}/rating", {"delivery": "4", "comment": f"canary{self.number}"})
        self.press("/preferences", {"locale": "ko", "pause": "always"})
        if self.leaves:
            self.press("/preferences/erase", {"when": "now"})

    def press(self, path, data):
        sent = EnvironBuilder(method="POST", data=data).get_environ()
        body = sent["wsgi.input"].read()
        headers = {"Content-Type": sent["CONTENT_TYPE"]}
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with suppress(OSError, HTTPException):
                status, _, said = self.running.ask("POST", self.base + path, body, headers, wait=10)
                # 404: the erasure was quicker than the word of it.
                if status in (200, 303) or (status == 404 and path.endswith("erase")):
                    return
                assert status in (429, 503), (path, status, said[:300])
            time.sleep(0.1)
        raise AssertionError(f"nobody answered {path}")


def strike(running, rng):
    point = rng.choice(["", "", *WORKER_POINTS])
    running.kill_worker()
    running.start_worker(f"{point}:{rng.randint(1, 4)}" if point else "")
    time.sleep(rng.uniform(0.5, 1.5))
    if rng.random() < 0.6:
        running.kill_web()
        running.start_web()
        running.wait_for_web()


@pytest.mark.timeout(1200)
def test_kills_leave_nothing_half_of_what_customers_do(database_url, instance):
    rng = random.Random(20260302)
    with installed(database_url, instance) as running:
        people = [Customer(running, number) for number in range(100, 100 + count(12, 24))]
        running.start_web()
        running.start_worker()
        running.wait_for_web()
        failed = []

        def live(some):
            try:
                for one in some:
                    one.live()
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=live, args=(people[place::4],)) for place in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            strike(running, rng)
        assert not failed
        settle(running)
        check(running, people)


def settle(running):
    running.kill_worker()
    time.sleep(LEASE + 1.5)
    running.start_worker()
    # What is told of a rating waits for a while, and two others wait for a store and a carrier that are not there.
    owed = (Outbox.state == "waiting") & Outbox.topic.not_in(["feedback-news", "fulfilment", "proofs"])

    def tell():
        return str([(row.topic, row.error, row.attempts) for row in Outbox.select().where(owed)])

    wait_until(lambda: not Outbox.select().where(owed).exists(), 120, tell, every=0.3)


def check(running, people):
    portal, shop = running.portal, running.shop
    assert all(wrong is None for _chain, wrong in reports.check_chains(shop))
    # The store of this test knows none of these orders, and says so.
    assert leases.dead(Outbox, Outbox.topic != "fulfilment") == 0
    for one in people:
        concern = Concern.get(Concern.order == one.order.id)
        remarks = list(Remark.select().where(Remark.concern == concern.id))
        photos = Photo.select().where(Photo.concern == concern.id).count()
        assert (len(remarks), photos) == (1, 0 if one.leaves else 1), one.number
        said = list(Instruction.select().where(Instruction.order == one.order.id))
        assert len(said) == 1, one.number
        assert said[0].state in (("expired", "accepted", "done") if one.leaves else ("accepted", "done"))
        assert Rating.get(Rating.shipment == one.home.id).delivery_stars == 4
        assert (Order.get_by_id(one.order.id).erased_at is not None) == one.leaves
        wishes = preferences.find(shop.id, f"canary{one.number}@example.com")
        assert wishes.locale == ("" if one.leaves else "ko")
    rows = everything()
    gone = [f"canary{one.number}" for one in people if one.leaves]
    left = {where: text[:90] for where, text in rows.items() if any(name in text for name in gone)}
    assert left == {}
    if portal.database.path:
        assert integrity(portal.database.path) == "ok"
    # A twin has the same Message-ID, so that mail programs show one.
    mails = Counter(message_from_bytes(raw)["Message-ID"] for _, raw in running.sink.mails)
    twice = mails.total() - len(mails)
    assert twice <= running.kills
    print(
        f"{portal.database.kind}: {running.kills} kills, {len(people)} customers, {mails.total()} mails, {twice} twice"
    )
    print(Counter(row.state for row in Instruction.select()))
