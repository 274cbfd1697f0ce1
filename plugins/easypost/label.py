"""Labels that were bought at EasyPost, found by their tracking number and fetched as PDF or PNG."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tracker.sdk import BadPayload, Context, HttpAnswer, Label, NotFound, check, read_json, rows, word

Ask = Callable[..., HttpAnswer]
KINDS = {b"%PDF-": "application/pdf", b"\x89PNG": "image/png"}


def fetch_label(number: str, ctx: Context, ask: Ask) -> Label:
    """The label of a shipment; its maker turns other formats into PDF. Raises `NotFound` where it bought none."""
    found = read_json(check(ask(ctx, "GET", "trackers", params={"tracking_code": number})).body)
    shipment = next(
        (word(one, "shipment_id", limit=64) for one in rows(found, "trackers") if one.get("shipment_id")), ""
    )
    if not shipment:
        raise NotFound("EasyPost sold no label with this number; print it where it was bought")
    path = f"shipments/{quote(shipment, safe='')}"
    label = _address(read_json(check(ask(ctx, "GET", path)).body))
    if not label:
        label = _address(read_json(check(ask(ctx, "GET", f"{path}/label", params={"file_format": "PDF"})).body))
    body = check(ctx.worker_http().request("GET", label)).body if label else b""
    kind = next((kind for sign, kind in KINDS.items() if body.startswith(sign)), "")
    if not kind:
        raise BadPayload("EasyPost's label is neither PDF nor PNG")
    return Label(body, kind)


def _address(shipment: Any) -> str:
    """Where a label lies that can be printed as it is: the PDF before the picture."""
    pdf = word(shipment, "postage_label", "label_pdf_url", limit=1000)
    plain = word(shipment, "postage_label", "label_url", limit=1000)
    return pdf or (plain if plain.partition("?")[0].endswith((".png", ".pdf")) else "")
