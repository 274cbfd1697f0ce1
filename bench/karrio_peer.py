"""Runs under an interpreter that has the karrio SDK, as the peer of `bench.readings`: a line in, a line out.

In: {"carrier", "body", "repeats"}; out: {"seconds": CPU seconds of one reading, "events": how many it found} or
{"error"}. What is timed is what its client calls with an answer in hand: decoding and mapping, and no network.
"""

import json
import logging
import sys
import time
import warnings
from typing import Any
from unittest.mock import patch

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
NUMBER = "1234567890"
SHAPED = ("id", "config", "metadata")


def main() -> None:
    """Answers until the input ends."""
    out, sys.stdout = sys.stdout, sys.stderr
    import karrio.sdk as karrio
    from loguru import logger

    logger.remove()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = _measure(karrio, asked)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _measure(karrio: Any, asked: dict[str, Any]) -> dict[str, Any]:
    gateway = _gateway(karrio, asked["carrier"])
    response = _answered(gateway, asked["carrier"], asked["body"])
    read = gateway.mapper.parse_tracking_response
    found, _ = read(response)
    begin = time.process_time()
    for _ in range(asked["repeats"]):
        read(response)
    seconds = (time.process_time() - begin) / asked["repeats"]
    return {"seconds": seconds, "events": sum(len(one.events) for one in found)}


def _gateway(karrio: Any, carrier: str) -> Any:
    import attr

    settings = __import__(f"karrio.mappers.{carrier}.settings", fromlist=["Settings"]).Settings
    required = (field.name for field in attr.fields(settings) if field.default in (attr.NOTHING, None))
    return karrio.gateway[carrier].create({name: "made-up" for name in required if name not in SHAPED})


def _answered(gateway: Any, carrier: str, body: str) -> Any:
    """The answer as the SDK's own client hands it on, made by that client over a patched request."""
    from karrio import lib
    from karrio.core import utils

    token = utils.Deserializable("token", lambda value: value)
    proxy = f"karrio.mappers.{carrier}.proxy"
    module = __import__(proxy, fromlist=["Proxy"])
    models = __import__("karrio.core.models", fromlist=["TrackingRequest"])
    request = gateway.mapper.create_tracking_request(models.TrackingRequest(tracking_numbers=[NUMBER]))
    client = next(name for name in ("lib.request", "http", "request") if hasattr(module, name.partition(".")[0]))
    with (
        patch(f"{proxy}.{client}", return_value=body),
        patch.object(module.Proxy, "authenticate", lambda *_, **__: token, create=True),
        patch.object(module.Proxy, "get_token", lambda *_, **__: "token", create=True),
        patch.object(gateway.settings.__class__, "access_token", "token", create=True),
    ):
        response = gateway.proxy.get_tracking(request)
    assert isinstance(response, lib.Deserializable)
    return response


if __name__ == "__main__":
    main()
