"""Which addresses the portal may call: the public Internet on the ports of the web, and what the operator allows."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Collection
from typing import Any

import httpx2

PORTS = frozenset({80, 443, 8080, 8443})
LONGEST_URL = 2048

# `ipaddress.is_global` calls many of these global, so they are listed: special-purpose registries, multicast,
# carrier-grade NAT, a cloud's own service address, and for IPv6 every form that carries an IPv4 address inside.
_REFUSED_4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    )
]  # fmt: skip
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_6 = [
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]

Resolve = Callable[..., list[tuple[Any, Any, Any, Any, Any]]]


class Refused(Exception):
    """An address that the portal may not call. Says the same whatever the reason, so that nobody can probe with it."""

    def __init__(self) -> None:
        super().__init__("this address may not be called: use a public http(s) address, or have the operator allow it")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _REFUSED_4)
    return ip.scope_id is None and ip in _PUBLIC_6 and not any(ip in net for net in _REFUSED_6)


def check_url(text: str, allow: Collection[str] = ()) -> httpx2.URL:
    """The address, where its form may be called. Looks nothing up: the dial checks what the host resolves to.

    `allow` holds `host:port` pairs that are exempt. Raises `Refused`.
    """
    if len(text) > LONGEST_URL or not text.isprintable() or "\\" in text or " " in text:
        raise Refused
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError, TypeError):
        raise Refused from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise Refused
    if not is_allowed(url.raw_host.decode("ascii"), port_of(url), allow) and (
        port_of(url) not in PORTS or _is_refused_literal(url.host)
    ):
        raise Refused
    return url


def port_of(url: httpx2.URL) -> int:
    """The port, named or usual."""
    return url.port or (443 if url.scheme == "https" else 80)


def is_allowed(host: str, port: int, allow: Collection[str]) -> bool:
    """Whether the operator exempted this very host and port."""
    return f"{host.lower().strip('[]')}:{port}" in allow


def _is_refused_literal(host: str) -> bool:
    """Whether a host is an IP address that may not be called, in any spelling that the resolver understands.

    `inet_aton` reads 2130706433, 0x7f000001, 0177.0.0.1 and 127.1 as the system's resolver does.
    """
    name = host.strip("[]").rstrip(".")
    if ":" in name:
        return not is_public(name)
    try:
        return not is_public(socket.inet_ntoa(socket.inet_aton(name)))
    except (OSError, UnicodeError):
        return name in ("", "localhost") or name.endswith(".localhost")


def dial_addresses(host: str, port: int, timeout: float, resolve: Resolve = socket.getaddrinfo) -> list[str]:
    """The public IP addresses of a host. Raises `Refused` where one of them is not public, `OSError` for none.

    One bad address refuses all: a name that points both ways is not a shop's.
    """
    found = _look_up(host, port, timeout, resolve)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(is_public(address) for address in addresses):
        raise Refused
    if not addresses:
        raise OSError("no address")
    return addresses


def _look_up(host: str, port: int, timeout: float, resolve: Resolve) -> list[tuple[Any, Any, Any, Any, Any]]:
    """The resolver has no time-out of its own, so it works in a thread that is left behind when it takes too long."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look() -> None:
        try:
            answers.put(resolve(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=look, daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=max(timeout, 0.001))
    except queue.Empty:
        raise TimeoutError("the resolver took too long") from None
    if isinstance(answer, BaseException):
        raise OSError("the host's name cannot be resolved") from None
    return list(answer)
