"""Memory: what a web process holds after some requests, beside a bare Flask application under the same server."""

from bench.pages import make_request
from bench.report import Line
from bench.rounds import Effort, Figures, ratio
from bench.servers import start_client, start_server
from bench.world import World

MEGA = 1024 * 1024


def measure(world: World, effort: Effort) -> list[Line]:
    """Resident and own (not shared with other processes) memory of one web process, in MiB; for information."""
    body = world.folder / "body"
    body.write_bytes(b"x" * 4000)
    path = f"/t/{world.tokens['40 events']}"
    ours = _load("portal", path, world, effort.seconds)
    bare = _load("reader", "/page", world, effort.seconds, {"BENCH_BODY": str(body)})
    names = ("web process, resident", "web process, own memory alone")
    return [
        Line(name, mine, "Flask, one view", theirs, "MiB", ratio(mine, theirs, inverse=True))
        for name, mine, theirs in zip(names, ours, bare, strict=True)
    ]


def _load(kind: str, path: str, world: World, seconds: float, more: dict[str, str] | None = None) -> list[Figures]:
    env = {**world.env, **(more or {})}
    with start_server(kind, env, world.folder) as server, start_client() as client:
        client.load(server.port, make_request("GET", path, {}), 200, seconds)
        told = server.worker.memory_full_info()
    return [Figures([told.rss / MEGA]), Figures([told.uss / MEGA])]
