"""What a store promises beside reading: orders page by page, and news of shipments back."""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any

from tracker.host.orders import check_store_parsed
from tracker.host.results import check_payload
from tracker.sdk import Fulfilment, OrderMilestone, Payload, StoreOrder

from .faults import JSON, REFUSALS, Fault, MadeUpHttp, answers, complaints, kind_of, odd_answers
from .hostile import NUMBERS
from .made_up import NOW, TOKEN, MadeUpMemory
from .subjects import Ended, Subject

__all__ = [
    "test_news_of_shipments_that_the_store_refused_is_told",
    "test_no_order_changes_a_request",
    "test_orders_come_page_by_page_and_are_read",
    "test_orders_that_the_store_refused_are_told",
]

MOST_PAGES = 20


def test_orders_come_page_by_page_and_are_read(pulled: Subject) -> None:
    """Each page that `orders_since` yields is read by `parse`, and with nothing new there is an end."""
    samples = pulled.payloads("fetch", "push")
    bodies = [body for payload in samples for body in (payload.body, b"[" + payload.body + b"]")]
    found = []
    for body in bodies:
        ended = pulled.run("asking for orders", _pages, pulled, answers(body))
        found += [pulled.run("reading a page", _read, pulled, page).value for page in ended.value or ()]
    assert any(parsed and parsed.orders for parsed in found), (
        f"{pulled.id}: no page of orders_since was read to an order (tried each sample, alone and as a list): yield "
        "Payload(answer.body, ...) and let parse read it"
    )


def test_orders_that_the_store_refused_are_told(pulled: Subject) -> None:
    """A list that ends early would be taken for all orders there are."""
    for where, fault, ended in _refused(pulled, _pages):
        assert ended.error, f"{where}: came to an end as if that were all. Put check(...) around the answer."
        assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
            f"{where}: told {kind_of(ended.error)} instead of {' or '.join(fault.kinds)}: check(answer) knows"
        )
    for fault in odd_answers(b"[]"):
        pulled.run(f"asking for orders with {fault.name}", _pages, pulled, MadeUpHttp(fault.answer))


def test_news_of_shipments_that_the_store_refused_is_told(informed: Subject) -> None:
    """What did not arrive is sent again; what is taken for sent never is."""
    ref = _ref(informed)
    for where, fault, ended in _refused(informed, lambda store, http, memory: _push(store, ref, http, memory)):
        assert ended.error, f"{where}: went on as if the store knew. Put check(...) around the answer."
        assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
            f"{where}: told {kind_of(ended.error)} instead of {' or '.join(fault.kinds)}: check(answer) knows"
        )
    for fault in odd_answers(b"{}"):
        informed.run(
            f"telling the store with {fault.name}", _push, informed, ref, MadeUpHttp(fault.answer), MadeUpMemory()
        )


def test_no_order_changes_a_request(informed: Subject) -> None:
    """An order's key came from outside; it stays one step of a path, and one value."""
    for ref in NUMBERS:
        http = answers(b"{}")
        informed.run(f"telling of the order {ref!r}", _push, informed, ref, http, MadeUpMemory())
        wrong = [complaint for asked in http.asked for complaint in complaints(asked)]
        assert not wrong, f"{informed.id}, telling of the order {ref!r}: {'; '.join(wrong)}; or raise BadRequest before"


def _refused(store: Subject, call: Callable[..., Any]) -> list[tuple[str, Fault, Ended[Any]]]:
    found = []
    for fault in REFUSALS:
        for kept in (TOKEN, None):
            where = f"{store.id}, with {fault.name}{'' if kept else ' for the token'}"
            memory, http = MadeUpMemory(kept), MadeUpHttp(fault.answer)
            ended = store.run(f"with {fault.name}", call, store, http, memory)
            if http.asked or ended.error:
                found.append((where, fault, ended))
    return found


def _pages(store: Subject, http: MadeUpHttp, memory: MadeUpMemory | None = None) -> list[Payload]:
    ctx = store.context(http=http, memory=memory or MadeUpMemory())
    return [check_payload(one) for one in islice(store.object.orders_since(NOW - timedelta(days=1), ctx), MOST_PAGES)]


def _read(store: Subject, page: Payload) -> Any:
    return check_store_parsed(store.object.parse(page))


def _push(store: Subject, ref: str, http: MadeUpHttp, memory: MadeUpMemory) -> None:
    told = Fulfilment(
        "fulfilment-4107-1", ref, "acme", "Acme Parcels", "AC12345678", "https://acme.example/AC12345678", NOW, {},
        OrderMilestone.COMPLETED,
    )  # fmt: skip
    store.object.push_fulfilment(told, store.context(http=http, memory=memory))


def _ref(store: Subject) -> str:
    """The key of an order of its samples, for which it asks somebody."""
    parsed = (store.object.parse(payload) for payload in store.payloads("fetch", "push"))
    for order in (order for one in parsed for order in one.orders if isinstance(order, StoreOrder)):
        http = MadeUpHttp(Fault("", 200, b"{}", JSON).answer)
        store.run("telling the store", _push, store, order.ref, http, MadeUpMemory())
        if http.asked:
            return order.ref
    raise AssertionError(f"{store.id}: push_fulfilment asks nobody for any order of its samples: tell the store")
