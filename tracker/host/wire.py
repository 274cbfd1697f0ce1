"""The network below the HTTP client: connects only to checked addresses, and ends everything at one deadline."""

import ssl
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

import httpcore2
import httpx2

from .addresses import Refused, Resolve, dial_addresses, is_allowed, is_public


class Deadline:
    """An instant of the monotonic clock, before which all of a request must be done."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises `httpcore2.ReadTimeout` when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("out of time")
        return left


class TimedStream(httpcore2.NetworkStream):
    """A stream whose every step is bound by the deadline: a time-out for each byte alone would let a drip go on."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore2.NetworkBackend):
    """Resolves a host once, checks every address, and dials the very address that was checked."""

    def __init__(self, deadline: Deadline, allow: Collection[str], resolve: Resolve) -> None:
        self._deadline, self._allow, self._resolve = deadline, allow, resolve
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        exempt = is_allowed(host, port, self._allow)
        addresses = [host] if exempt else self._addresses(host, port)
        stream = self._dial(addresses, port, local_address, socket_options)
        peer = stream.get_extra_info("server_addr")
        if not exempt and not (peer and is_public(str(peer[0]))):
            stream.close()
            raise Refused
        return TimedStream(stream, self._deadline)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.NetworkStream:
        raise Refused

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return dial_addresses(host, port, self._deadline.left(), self._resolve)
        except OSError:
            raise httpcore2.ConnectError("no address") from None

    def _dial(
        self, addresses: list[str], port: int, local_address: str | None, options: Iterable[Any] | None
    ) -> httpcore2.NetworkStream:
        """The first address that answers; each gets its share of the time that is left."""
        for rest in range(len(addresses), 0, -1):
            address = addresses[-rest]
            try:
                return self._plain.connect_tcp(address, port, self._deadline.left() / rest, local_address, options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        raise httpcore2.ConnectError("no address answers")


class CheckedTransport(httpx2.HTTPTransport):
    """An httpx2 transport over the checked backend, for one request: nothing is kept alive between two."""

    def __init__(
        self, seconds: float, allow: Collection[str], resolve: Resolve, tls: Callable[[], ssl.SSLContext]
    ) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls(),
            max_connections=1,
            max_keepalive_connections=0,
            http1=True,
            http2=False,
            network_backend=CheckedBackend(Deadline(seconds), allow, resolve),
        )
