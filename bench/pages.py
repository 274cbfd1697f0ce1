"""A customer's page: rendered for each request, kept from the request before, and a 304, each beside a bare view."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from bench.report import Line
from bench.rounds import Effort, ratio, take_turns
from bench.servers import Client, Server, start_client, start_server
from bench.world import HOST, PAGES, World

TARGETS = {"cold": 0.1, "kept": 0.3, "304": 0.5}
MEANS = {"cold": "rendered cold", "kept": "from a rendered projection", "304": "not modified"}
MEASURED = ("3 events", "40 events")


def measure(world: World, effort: Effort) -> list[Line]:
    """Requests per second of each kind of page and its floor. All bodies are compressed, as browsers get them."""
    with (
        start_server("portal", world.env, world.folder) as portal,
        start_server("cold", world.env, world.folder) as cold,
        start_client() as client,
    ):
        sides = {"portal": portal, "cold": cold}
        return [line for name in MEASURED for line in _measure_page(world, effort, name, client, sides)]


def count_statements(world: World) -> dict[str, str]:
    """How many statements a page costs, by what is on it: the same however much that is."""
    from tracker.web import create_app, tracking

    portal = world.open()
    client = create_app(portal).test_client()
    told = {}
    # The first page opens the connection, and asks (once a second) whether the offer's plugin rests.
    client.get(f"/t/{next(iter(world.tokens.values()))}", headers={"Host": HOST})
    for name, token in world.tokens.items():
        tracking.kept = tracking.Kept()
        with _counting(portal) as asked:
            answer = client.get(f"/t/{token}", headers={"Host": HOST})
            cold = len(asked)
            client.get(f"/t/{token}", headers={"Host": HOST})
            kept = len(asked) - cold
            same = client.get(f"/t/{token}", headers={"Host": HOST, "If-None-Match": answer.headers["ETag"]})
        assert (answer.status_code, same.status_code) == (200, 304)
        parcels, events = PAGES[name]
        label = f"{parcels} parcel{'s' * (parcels > 1)}, {parcels * events} events, {len(answer.data):,} bytes"
        told[label] = f"{cold} rendered cold, {kept} kept, {len(asked) - cold - kept} for a 304"
    portal.database.close_thread()
    return told


@contextmanager
def _counting(portal: Any) -> Iterator[list[str]]:
    engine, asked = portal.database.engine, list[str]()
    run = engine.execute_sql

    def note(sql: str, *args: Any, **options: Any) -> Any:
        asked.append(sql)
        return run(sql, *args, **options)

    engine.execute_sql = note
    try:
        yield asked
    finally:
        del engine.execute_sql


def _measure_page(world: World, effort: Effort, name: str, client: Client, servers: Mapping[str, Server]) -> list[Line]:
    path = f"/t/{world.tokens[name]}"
    etag, body = _fetch(servers["portal"].port, path)
    file = world.folder / "body"
    file.write_bytes(body)
    with start_server("reader", {**world.env, "BENCH_BODY": str(file)}, world.folder) as bare:
        sides = _make_sides(client, effort.seconds, path, etag, {**servers, "bare": bare})
        found = take_turns(sides, effort.rounds)
    floors = {"cold": "bare", "kept": "bare", "304": "bare 304"}
    what = {"bare": f"Flask, same {len(body):,} bytes", "bare 304": "Flask, empty 304"}
    return [
        Line(
            f"page with {name}, {MEANS[kind]}", found[kind], what[floor], found[floor], "req/s",
            ratio(found[kind], found[floor]), TARGETS[kind],
        )
        for kind, floor in floors.items()
    ]  # fmt: skip


def _make_sides(
    client: Client, seconds: float, path: str, etag: str, servers: Mapping[str, Server]
) -> dict[str, Callable[[], float]]:
    def side(server: str, asked: str, status: int = 200, tag: str = "") -> Callable[[], float]:
        text = make_request("GET", asked, {"If-None-Match": tag} if tag else {})
        return lambda: client.load(servers[server].port, text, status, seconds)

    return {
        "bare": side("bare", "/page"),
        "kept": side("portal", path),
        "cold": side("cold", path),
        "bare 304": side("bare", "/same", 304, etag),
        "304": side("portal", path, 304, etag),
    }


def make_request(method: str, path: str, headers: Mapping[str, str], body: str = "") -> str:
    """The text of one request, with the headers that a browser sends at least."""
    always = {"Host": HOST, "Accept": "text/html", "Accept-Language": "en", "Accept-Encoding": "gzip"}
    given = {**always, **headers, **({"Content-Length": str(len(body))} if body else {})}
    return f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in given.items()) + f"\r\n{body}"


def _fetch(port: int, path: str) -> tuple[str, bytes]:
    """The page's ETag and its compressed bytes."""
    connection = HTTPConnection("127.0.0.1", port)
    headers = {"Host": HOST, "Accept-Encoding": "gzip", "Accept-Language": "en"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200 or answer.getheader("Content-Encoding") != "gzip":
        raise RuntimeError(f"no page at {path}: {answer.status}")
    return answer.getheader("ETag", ""), body
