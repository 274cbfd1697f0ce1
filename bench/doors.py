"""A store's webhook at the door, beside a bare view that reads the same body and commits one row as durably."""

from bench.client import NUMBER
from bench.pages import make_request
from bench.report import Line
from bench.rounds import Effort, ratio, take_turns
from bench.servers import start_client, start_server
from bench.world import SECRET, SLUG, World
from tracker.testing.woocommerce import make_order, webhook

TARGET = 0.5
LINES = [{"name": f"Wool socks, pair no. {n}", "sku": f"SOCK-{n}", "quantity": 2} for n in range(6)]


def measure(world: World, effort: Effort) -> list[Line]:
    """Deliveries per second, each with an id of its own, so that each is a new row."""
    body, headers = webhook(make_order(4711, "processing", LINES), "order.created", SECRET, NUMBER.decode())
    text = body.decode()
    ours = make_request("POST", f"/hooks/{SLUG}/stores/woocommerce", headers, text)
    theirs = make_request("POST", "/keep", headers, text)
    with (
        start_server("portal", world.env, world.folder) as portal,
        start_server("writer", world.env, world.folder) as bare,
        start_client() as client,
    ):
        sides = {
            "bare": lambda: client.load(bare.port, theirs, 202, effort.seconds),
            "portal": lambda: client.load(portal.port, ours, 202, effort.seconds),
        }
        found = take_turns(sides, effort.rounds)
    _check_kept(world)
    floor = f"Flask, one row of {len(body):,} bytes"
    reached = ratio(found["portal"], found["bare"])
    return [Line("acknowledgement of a webhook", found["portal"], floor, found["bare"], "req/s", reached, TARGET)]


def _check_kept(world: World) -> None:
    """A door that answered without keeping anything would be fast, and the figure a lie."""
    from tracker.store.inbox import Inbox

    portal = world.open()
    kept = Inbox.select().count()
    portal.database.close_thread()
    if not kept:
        raise RuntimeError("the door answered 202 and kept nothing")
