"""A mail server that keeps what it gets as files, for the demo and for tests. It forwards nothing."""

import asyncio
import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 10_000_000


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002
        body = envelope.original_content or b""
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        name = f"{time.time_ns() // 1_000_000:013d}-{secrets.token_hex(4)}"
        part = self._folder / f"{name}.part"
        part.write_bytes(head.encode("utf-8", "replace") + body)
        part.replace(self._folder / f"{name}.eml")
        return "250 kept"


@contextmanager
def running(folder: Path, listener: socket.socket) -> Iterator[None]:
    """Takes mails that come to a listening socket until the block ends, and writes each into `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop, listener, folder), name="mail sink", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)


def _serve(loop: asyncio.AbstractEventLoop, listener: socket.socket, folder: Path) -> None:
    asyncio.set_event_loop(loop)

    def protocol() -> SMTP:
        return SMTP(_Keeper(folder), data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="sink.invalid", loop=loop)

    server = loop.run_until_complete(loop.create_server(protocol, sock=listener))
    try:
        loop.run_forever()
    finally:
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        with contextlib.suppress(RuntimeError):
            loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
