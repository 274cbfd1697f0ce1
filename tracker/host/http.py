"""HTTP out of the worker: `tracker.sdk.Http` without a way into the operator's own network."""

import socket
import ssl
import time
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import httpx2

from tracker.sdk import BadRequest, HttpAnswer, Upstream

from .addresses import Refused, Resolve, check_url
from .errors import Barred
from .wire import CheckedTransport

REQUEST_SECONDS = 20.0
CALL_SECONDS = 120.0
MOST_REQUESTS = 500
LARGEST_BODY = 5_000_000
AGENT = "Tracker (self-hosted order tracking)"


class SafeHttp:
    """`tracker.sdk.Http` for one call of a plugin.

    Connects only to public addresses (and to `allow`, `host:port` pairs of the operator's), follows no redirect,
    keeps no cookie, uses no proxy of the environment. One request takes at most `seconds`, all of a call's requests
    `budget`; a body larger than `largest` after decompression is no answer. Errors tell nothing of what was answered.
    """

    def __init__(
        self,
        *,
        allow: Collection[str] = (),
        seconds: float = REQUEST_SECONDS,
        budget: float = CALL_SECONDS,
        largest: int = LARGEST_BODY,
        resolve: Resolve = socket.getaddrinfo,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = frozenset(entry.lower() for entry in allow)
        self._seconds, self._largest, self._resolve = seconds, largest, resolve
        self._budget, self._tls = budget, tls
        self.refill()

    def refill(self) -> None:
        """Gives the whole budget again: for each page of a long list, which is a call of its own."""
        self._left, self._requests = self._budget, MOST_REQUESTS

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpAnswer:
        """The answer, whatever its status. Raises `BadRequest` for what may not be asked, `Upstream` for no answer."""
        seconds = self._take()
        started = time.monotonic()
        try:
            target = check_url(url, self._allow)
            with self._client(seconds) as client:
                parts: dict[str, Any] = {
                    "headers": headers,
                    "params": params,
                    "content": body,
                    "json": json,
                    "data": form,
                }
                return self._send(client, client.build_request(method, target, **parts), auth)
        except Refused as error:
            raise Barred(str(error)) from None
        except (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, ValueError):
            raise BadRequest("the request cannot be written: look at its address, method and headers") from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError):
            raise Upstream("no usable answer") from None
        finally:
            self._left -= time.monotonic() - started

    def _take(self) -> float:
        """How long the next request may take."""
        self._requests -= 1
        if self._left <= 0 or self._requests < 0:
            raise Upstream("this call has used up its time on the network")
        return min(self._seconds, self._left)

    def _client(self, seconds: float) -> httpx2.Client:
        transport = CheckedTransport(seconds, self._allow, self._resolve, lambda: self._tls or _tls())
        return httpx2.Client(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"},
        )

    def _send(self, client: httpx2.Client, request: httpx2.Request, auth: tuple[str, str] | None) -> HttpAnswer:
        answer = client.send(request, stream=True, auth=auth)
        try:
            body = self._read(answer)
        finally:
            answer.close()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(answer.status_code, headers, body, str(answer.url))

    def _read(self, answer: httpx2.Response) -> bytes:
        """The body, decompressed a piece at a time so that a bomb is dropped at the cap and never held."""
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > self._largest:
                raise Upstream(f"the answer is larger than {self._largest} bytes")
        return bytes(body)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Loading the certificates takes far longer than a request's own work."""
    return httpx2.create_ssl_context(trust_env=False)
