"""Other carrier: for parcels that nobody can be asked about. Staff keep its number, its link and its state by hand."""

from typing import ClassVar

from tracker.sdk import BadPayload, Carrier, Parsed, Payload, Plugin, hookimpl

PLUGIN = Plugin("manual", "Other carrier", "1.0.0")


class Manual(Carrier):
    id = "manual"
    names: ClassVar = {"en": "Other carrier", "ko": "기타 택배사"}

    def parse(self, payload: Payload) -> Parsed:  # noqa: ARG002
        raise BadPayload("this carrier sends nothing that could be read; set the shipment's state in the desk")


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Manual()]
