"""`tracker demo`: portal, worker, mail sink and a made-up shop, from one command and gone with it."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import click

from .children import Children
from .stage import Stage, check_ports

PATIENCE = 60.0
TICK = 0.3


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The portal's port.")
@click.option("--shop-port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="The shop's port.")
@click.option("--instance", default="instance", type=click.Path(path_type=Path), help="The folder to keep it in.")
@click.option("--reset", is_flag=True, help="Forget the last time and begin anew.")
def demo(port: int, shop_port: int, instance: Path, reset: bool) -> None:
    """Run portal, worker and a made-up shop on this machine.

    A demo carrier moves parcels along a script, so that the open page changes while you look. Mails go to a mailbox
    on this machine. A second start goes on where the first one was. Ctrl-C stops it all.

    \b
    Example:
      tracker demo --port 8000 --shop-port 8001
    """
    stage = Stage(instance, port, shop_port)
    with stage.alone():
        check_ports({"PORT": port, "SHOP_PORT": shop_port})
        if reset:
            stage.clear()
        children = Children(stage.folder / "log")
        with _ending(children), ExitStack() as inside:
            _start(stage, children, inside)
            _stay(children)


def _start(stage: Stage, children: Children, inside: ExitStack) -> None:
    """Starts everything, plays what is to be seen and prints where. The children come before the first thread."""
    from tracker.services import schema

    mail_door = inside.enter_context(socket.create_server(("127.0.0.1", 0)))
    shop_door = inside.enter_context(socket.create_server(("127.0.0.1", stage.shop_port)))
    smtp_port = mail_door.getsockname()[1]
    schema.bring_up_to_date(stage.config(smtp_port))
    environ = stage.environ(smtp_port, os.environ)
    tracker = [sys.executable, "-m", "tracker"]
    children.start("portal", [*tracker, "run", f"--port={stage.port}", "--workers=1", "--threads=16"], environ)
    children.start("worker", [*tracker, "worker"], environ)
    from tracker.testing import sink

    from .play import Play

    inside.enter_context(sink.running(stage.folder / "mailbox", mail_door))
    play = Play(stage, smtp_port)
    inside.enter_context(play.serving(shop_door))
    _await_portal(stage, children)
    token = play.perform()
    page = "/account/orders/1001"
    stage.announce({"shop": page, "token": token})
    known = stage.secrets()
    click.echo(_TOLD.format(stage=stage, token=token, page=page, known=known))


_TOLD = """\
The demo runs. Ctrl-C stops it; the next start goes on from there, `make demo-reset` begins anew.

  the shop's page with the widget   {stage.shop_url}{page}
  the tracking page                 {stage.portal_url}/t/{token}
  every order, in every trouble     {stage.shop_url}/account
  the desk (back office)            {stage.portal_url}/desk/
      sign in with                  {known.email}   {known.password}
  the mails that went out           {stage.portal_url}/dev/mailbox
"""


def _await_portal(stage: Stage, children: Children) -> None:
    until = time.monotonic() + PATIENCE
    while not _answers(stage.port):
        _look_after(children)
        if time.monotonic() > until:
            raise click.ClickException(f"The portal does not answer. What it said: {children.log('portal')}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stay(children: Children) -> None:
    """Until a signal comes; or until a child ends, which ends the others."""
    while True:
        _look_after(children)
        time.sleep(TICK)


def _look_after(children: Children) -> None:
    dead = children.find_dead()
    if dead:
        said = children.log(dead).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        raise click.ClickException(
            "\n".join([f"The {dead} has stopped. Its last words, of {children.log(dead)}:", *said])
        )


@contextmanager
def _ending(children: Children) -> Iterator[None]:
    """Ends the children whatever happens; SIGTERM and a closed terminal act like Ctrl-C, once."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Stopping.")
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        children.stop()
