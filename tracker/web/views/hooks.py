"""The doors for what stores and carriers send. It is kept as it came; what it says is read later, by the worker."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from tracker.sdk import PluginError, Verdict
from tracker.services import receiving
from tracker.web.current import portal
from tracker.web.security import HOOK_LIMIT, csrf, takes

blueprint = Blueprint("hooks", __name__)
# There is no session behind this door: what proves the sender is the signature over the raw body.
csrf.exempt(blueprint)
LONGEST = 2000
_KEPT, _FINE = '{"status":"kept"}\n', '{"status":"ok"}\n'
_JSON = {"Content-Type": "application/json"}


@blueprint.post("/hooks/<slug>/stores/<store>")
@takes(HOOK_LIMIT)
def take_store(slug: str, store: str) -> ResponseReturnValue:
    """202 for a delivery that is kept, 200 for one that asks for nothing, 401 for one that proves nothing."""
    body = request.get_data(cache=False)
    headers = _read_headers(request.environ)
    return _answer(lambda: receiving.receive_store(portal(), slug, store, headers, body))


@blueprint.post("/hooks/<slug>/carriers/<carrier>")
@takes(HOOK_LIMIT)
def take_carrier(slug: str, carrier: str) -> ResponseReturnValue:
    """The same for carriers and vendors; what they wait to hear (a handshake) is what the plugin says."""
    body = request.get_data(cache=False)
    headers = _read_headers(request.environ)
    query = {name[:LONGEST]: value[:LONGEST] for name, value in request.args.items()}
    return _answer(lambda: receiving.receive_carrier(portal(), slug, carrier, headers, body, query))


def _answer(receive: Callable[[], Verdict | None]) -> ResponseReturnValue:
    try:
        verdict = receive()
    except PluginError:
        # The shop has not set this up: nothing can prove anything yet, and that is nobody else's business.
        return _refuse()
    if verdict is None:
        return jsonify(error="There is no such door. `tracker hooks` prints the addresses."), 404
    if not verdict.valid:
        return _refuse()
    if verdict.keep:
        return _KEPT, 202, _JSON
    if verdict.reply:
        kind = "application/json" if verdict.reply[:1] in "{[" else "text/plain; charset=utf-8"
        return verdict.reply, 200, {"Content-Type": kind}
    return _FINE, 200, _JSON


def _read_headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a request by their names in small letters, each cut to `LONGEST` characters."""
    headers = {_spell(name): value[:LONGEST] for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = (environ.get("CONTENT_TYPE") or "application/json")[:100]
    return headers


@lru_cache(maxsize=256)
def _spell(name: str) -> str:
    return name[5:].replace("_", "-").lower()


def _refuse() -> ResponseReturnValue:
    error = (
        "The signature does not fit. Compare the secret with the one in the plugin's settings, or make a new one there."
    )
    return jsonify(error=error), 401
