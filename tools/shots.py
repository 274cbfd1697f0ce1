"""Takes the pictures of docs/ and README anew, from a demo of its own: `python -m tools.shots [FOLDER]`.

Needs Chromium (`apt install chromium fonts-noto-cjk`). Each picture is named after what it shows.
"""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path("docs/img")
DESKTOP, PHONE = (1100, 1250), (390, 844)
STORY = 75
"""Seconds until every parcel has come to the place that it is shown at."""
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")
ORDERS = (1001, 1002, 1003, 1004, 1008)


@dataclass(frozen=True)
class Shot:
    """One picture: a name, an address, and how it is looked at."""

    name: str
    url: str
    size: tuple[int, int] = DESKTOP
    locale: str = "en-US"
    dark: bool = False
    scale: float = 1.0


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is missing: apt install chromium fonts-noto-cjk")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.mkdir(parents=True, exist_ok=True)
    with running_demo() as told, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        links = {number: find_link(told, number) for number in ORDERS}
        time.sleep(STORY)
        for shot in public_shots(told, links):
            take(browser, shot, target)
        take_desk(browser, told, target)
        browser.close()
    join(target)


def public_shots(told: dict[str, Any], links: dict[int, str]) -> Iterator[Shot]:
    """What customers see."""
    shop = told["shop"]
    yield Shot("page-desktop-en", links[1001])
    yield Shot("page-desktop-ko", links[1008], locale="ko-KR")
    yield Shot("page-phone-en-delayed", links[1002], PHONE, scale=2)
    yield Shot("page-phone-ko", links[1008], PHONE, "ko-KR", scale=2)
    yield Shot("page-phone-dark", links[1004], PHONE, dark=True, scale=2)
    yield Shot("page-phone-ar", f"{links[1003]}?lang=ar", PHONE, "ar", scale=2)
    yield Shot("answer-phone", find_answer(links[1003]), PHONE, scale=2)
    yield Shot("widget-desktop", shop)
    yield Shot("widget-phone", shop, PHONE, scale=2)
    yield Shot("mailbox", told["mailbox"])


def take(browser: Browser, shot: Shot, target: Path) -> None:
    """One picture from a browser that has seen nothing before."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=shot.locale,
        color_scheme="dark" if shot.dark else "light",
        device_scale_factor=shot.scale,
    )
    page = context.new_page()
    page.goto(shot.url, wait_until="networkidle")
    keep(page, target / f"{shot.name}.png")
    context.close()


def take_desk(browser: Browser, told: dict[str, Any], target: Path) -> None:
    """What staff see, once signed in, in both languages."""
    for locale in ("en", "ko"):
        context = browser.new_context(viewport={"width": 1200, "height": 900}, locale=locale)
        page = context.new_page()
        page.goto(told["desk"])
        page.fill("input[name=email]", told["staff"]["email"])
        page.fill("input[name=password]", told["staff"]["password"])
        page.click("main button[type=submit], form button")
        page.wait_for_load_state("networkidle")
        keep(page, target / f"desk-orders-{locale}.png")
        page.click("text=1002")
        page.wait_for_load_state("networkidle")
        keep(page, target / f"desk-order-{locale}.png")
        for screen in ("look", "embedding"):
            page.goto(f"{told['portal']}/desk/demo/{screen}")
            page.wait_for_load_state("networkidle")
            keep(page, target / f"desk-{screen}-{locale}.png")
        context.close()


def keep(page: Page, file: Path) -> None:
    """A picture of what is in sight, in few enough colours to be small."""
    page.wait_for_timeout(400)
    page.screenshot(path=file)
    picture = Image.open(file).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(file, optimize=True)
    print(f"{file}  {file.stat().st_size // 1024} kB")


def join(target: Path) -> None:
    """The README's picture: the widget in a shop beside the page on a phone."""
    desktop = Image.open(target / "widget-desktop.png").convert("RGB")
    phone = Image.open(target / "page-phone-ko.png").convert("RGB")
    phone.thumbnail((420, 900))
    whole = Image.new("RGB", (desktop.width + phone.width + 90, max(1000, phone.height + 60)), "#e8e6e0")
    whole.paste(desktop.crop((0, 0, desktop.width, 940)), (30, 30))
    whole.paste(phone, (desktop.width + 60, 60))
    whole.quantize(256, dither=Image.Dither.NONE).save(target / "overview.png", optimize=True)


def find_answer(link: str) -> str:
    """The form that the page of a failed delivery leads to."""
    with urlopen(f"{link}?lang=en", timeout=10) as answer:  # noqa: S310
        found = re.search(r'href="[^"]*(/parcels/\d+/answer)', answer.read().decode())
    if not found:
        raise RuntimeError("the failed delivery offers no answer")
    return link + found[1]


def find_link(told: dict[str, Any], number: int) -> str:
    """The tracking page that the shop's page of an order leads to."""
    base = told["shop"].rpartition("/")[0]
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with urlopen(f"{base}/{number}", timeout=10) as answer:  # noqa: S310
            found = re.search(rf'href="({re.escape(told["portal"])}/t/[^"]+)"', answer.read().decode())
        if found:
            return found[1]
        time.sleep(0.5)
    raise RuntimeError(f"order {number} has no tracking page")


@contextmanager
def running_demo() -> Iterator[dict[str, Any]]:
    """The addresses of a demo that began just now and ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        ports = [f"--port={free_port()}", f"--shop-port={free_port()}"]
        command = [str(Path(sys.executable).parent / "tracker"), "demo", *ports, f"--instance={folder}"]
        demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            assert demo.stdout is not None
            if not any("/dev/mailbox" in line for line in demo.stdout):
                raise RuntimeError("the demo did not start")
            yield json.loads((Path(folder) / "demo.json").read_text(encoding="utf-8"))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=40)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
