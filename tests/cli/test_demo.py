"""The demo as whoever tries the portal meets it: one command, and nothing left of it afterwards."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psutil
import pytest

from tests.host.sink import free_port
from tracker.cli.stage import Stage

from .conftest import TRACKER

pytestmark = pytest.mark.xdist_group("demo")
ADDRESSES = ["portal", "shop", "tracking", "embed", "desk", "mailbox", "staff"]


class Demo:
    """The demo in a folder, started and stopped as its user does."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.shop_port = folder, free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, *more: str) -> None:
        ports = ("--port", str(self.port), "--shop-port", str(self.shop_port))
        self.process = subprocess.Popen(
            [str(TRACKER), "demo", *ports, *more], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True, env={**os.environ, "TRACKER_URL": "https://not-this-one.example"},
        )  # fmt: skip

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def announced(self) -> dict:
        return json.loads((self.folder / "instance/demo.json").read_text())

    def wait(self, seconds: float = 60) -> dict:
        """The addresses, once the demo has printed them."""
        assert self.process is not None
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "/dev/mailbox" in line:
                return self.announced()
        raise AssertionError("".join(said))

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=40)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        demo.stop()


@pytest.fixture
def running(demo: Demo) -> dict:
    """The addresses of the running demo; it is started where it does not run."""
    if demo.process is None or demo.process.poll() is not None:
        demo.start()
        return demo.wait()
    return demo.announced()


def get(url: str, accept: str = "text/html") -> tuple[int, str]:
    try:
        with urlopen(Request(url, headers={"Accept": accept}), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def until(look: Callable[[], object], seconds: float = 60) -> object:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.3)
    return found


def all_gone(family: list[psutil.Process]) -> bool:
    return not [one for one in psutil.wait_procs(family, timeout=20)[1] if one.status() != psutil.STATUS_ZOMBIE]


def test_it_prints_and_announces_its_addresses(demo: Demo, running: dict) -> None:
    assert list(running) == ADDRESSES
    assert list(running["staff"]) == ["email", "password"]
    assert running["portal"] == f"http://localhost:{demo.port}"
    assert running["shop"].startswith(f"http://127.0.0.1:{demo.shop_port}/")
    for name in ("shop", "tracking", "embed", "mailbox"):
        assert get(running[name])[0] == 200, name


def test_the_shop_shows_the_widget_from_another_site(running: dict) -> None:
    page = get(running["shop"])[1]
    assert f'src="{running["portal"]}/embed/v1.js"' in page
    signed = re.search(r'data-token="(demo~woocommerce:1001~account~[^"]+)"', page)
    assert signed is not None
    for path in ("t", "embed"):
        assert "1001" in get(f"{running['portal']}/{path}/{signed[1]}")[1]
    assert running["embed"].rpartition("/")[2] == running["tracking"].rpartition("/")[2]


def test_a_first_time_buyer_finds_the_tracking_from_every_page_of_the_shop(running: dict) -> None:
    shop = running["shop"].partition("/account")[0]
    for path in ("/", "/account", "/account/orders/1001", "/track"):
        assert '<a href="/track">Track my order</a>' in get(shop + path)[1], path
    page = get(f"{shop}/track")[1]
    assert f'href="{running["portal"]}/s/demo/find"' in page
    assert 'data-shop="demo"' in page
    assert get(f"{running['portal']}/embed/find/demo")[0] == 200


def test_whoever_signs_in_comes_to_the_orders(running: dict) -> None:
    import http.cookiejar
    from urllib.parse import urlencode
    from urllib.request import HTTPCookieProcessor, build_opener

    browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(running["desk"]).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token is not None
    fields = {"csrf_token": token[1], **running["staff"]}
    orders = browser.open(f"{running['portal']}/desk/sign-in", urlencode(fields).encode()).read().decode()
    for number in range(1001, 1009):
        assert str(number) in orders


def test_parcels_move_along_their_scripts(demo: Demo, running: dict) -> None:
    """Every trouble is to be seen, and mails about them lie in the mailbox."""
    from contextlib import closing
    from sqlite3 import connect

    def states() -> set[str]:
        with closing(connect(demo.folder / "instance/demo/tracker.sqlite3")) as rows:
            said = rows.execute("SELECT milestone, delayed FROM shipment").fetchall()
            orders = rows.execute("SELECT state FROM order_").fetchall()
        return {one for one, _ in said} | {"delayed" for _, late in said if late} | {state for (state,) in orders}

    wanted = {"in_transit", "delayed", "attempt_failed", "returned", "delivered", "partially_shipped", "-"}
    until(lambda: wanted <= states(), 90)
    mails = until(lambda: get(running["mailbox"])[1].count("/dev/mailbox/") >= 5 and get(running["mailbox"])[1], 60)
    assert "customer.example" in str(mails)


def test_what_somebody_buys_appears_and_is_sent(demo: Demo, running: dict) -> None:
    bought = urlopen(f"http://127.0.0.1:{demo.shop_port}/orders", data=b"sku=WHISK-01", timeout=10)
    assert "/received/" in bought.url
    page = str(until(lambda: (text := get(bought.url)[1]) and "<order-tracking token=" in text and text))
    link = re.search(rf'href="({running["portal"]}/t/[^"]+)"', page)
    assert link is not None
    until(lambda: "DEMODLV" in get(link[1])[1], 40)


def test_only_one_demo_runs_in_a_folder(demo: Demo, running: dict) -> None:
    done = subprocess.run(
        [str(TRACKER), "demo"], cwd=demo.folder, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "runs already" in done.stderr


def test_a_busy_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [str(TRACKER), "demo", "--port", str(port)], cwd=tmp_path, capture_output=True, text=True, timeout=30,
            check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert re.search(rf"Port {port} is in use .* make demo PORT=\d+$", done.stderr.strip())
    assert not (tmp_path / "instance/demo").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_process_behind(demo: Demo, running: dict, number: int) -> None:
    family = demo.family()
    assert len(family) >= 4
    assert demo.stop(number) == 0
    assert all_gone(family)
    with pytest.raises(URLError):
        urlopen(f"{running['portal']}/healthz", timeout=2)


def test_a_child_that_dies_ends_the_others_and_is_named(demo: Demo, running: dict) -> None:
    family = demo.family()
    worker = next(one for one in family if "worker" in one.cmdline())
    worker.kill()
    assert demo.process is not None
    assert demo.process.wait(timeout=40) == 1
    assert demo.process.stdout is not None
    assert "The worker has stopped" in demo.process.stdout.read()
    assert all_gone(family)


def test_a_killed_demo_takes_its_children_along(demo: Demo, running: dict) -> None:
    family = demo.family()
    demo.stop(signal.SIGKILL)
    assert all_gone(family)


def test_a_second_start_goes_on_within_five_seconds(demo: Demo, running: dict) -> None:
    if demo.process is not None and demo.process.poll() is None:
        demo.stop()
    began = time.monotonic()
    demo.start()
    until(lambda: _is_there(running["tracking"]), 30)
    took = time.monotonic() - began
    assert demo.wait() == running
    assert took <= 5 * _slowness(), took


def test_reset_begins_anew(demo: Demo, running: dict) -> None:
    demo.stop()
    demo.start("--reset")
    assert demo.wait()["tracking"] != running["tracking"]
    assert get(running["tracking"])[0] == 404


def _is_there(url: str) -> bool:
    try:
        return get(url)[0] == 200
    except (URLError, OSError):
        return False


def _slowness() -> float:
    """Other tests run beside this one: how many processes want a processor."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_who_tries_a_plugin_out_names_its_folder_and_where_its_carrier_may_be_asked(tmp_path: Path) -> None:
    around = {"TRACKER_PLUGINS": "mine", "TRACKER_HTTP_ALLOW": "127.0.0.1:9009", "TRACKER_DATABASE": "postgresql://x"}
    told = Stage(tmp_path, 8000, 8001).environ(25, around)
    assert (told["TRACKER_PLUGINS"], told["TRACKER_HTTP_ALLOW"]) == ("mine", "127.0.0.1:8001,127.0.0.1:9009")
    assert told["TRACKER_DATABASE"].startswith("sqlite:")
    assert Stage(tmp_path, 8000, 8001).environ(25, {})["TRACKER_HTTP_ALLOW"] == "127.0.0.1:8001"
