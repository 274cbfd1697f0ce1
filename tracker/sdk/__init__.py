"""Everything a plugin may use. Import from here: `from tracker.sdk import Carrier, Event, hookimpl`."""

from .blocks import Block, View
from .carriers import Carrier, Limits, NoSettings, NumberFormat
from .channels import Channel
from .context import Context, Http, HttpAnswer, Mail, Memory, Message, Receipt
from .errors import (
    AuthFailed,
    BadPayload,
    BadRequest,
    InvalidNumber,
    NotFound,
    PluginError,
    RateLimited,
    Upstream,
)
from .events import Event, Parsed, Payload, Problem, Successor, TrackingResult, Window, ZoneSource
from .hooks import hookimpl
from .http import check, retry_after
from .plugin import API, Plugin
from .reading import plain, read_json
from .statuses import UNKNOWN, Milestone, OrderMilestone, Status
from .stores import (
    Buyer,
    Fulfilment,
    InboundRequest,
    OrderDeleted,
    OrderLine,
    OrderShipment,
    StoreConnector,
    StoreOrder,
    StoreParsed,
    Verdict,
)
from .urls import ApiUrl, HttpsUrl, https_url

__all__ = [
    "API", "UNKNOWN", "ApiUrl", "AuthFailed", "BadPayload", "BadRequest", "Block", "Buyer", "Carrier", "Channel",
    "Context", "Event", "Fulfilment", "Http", "HttpAnswer", "HttpsUrl", "InboundRequest", "InvalidNumber", "Limits",
    "Mail", "Memory", "Message", "Milestone", "NoSettings", "NotFound", "NumberFormat", "OrderDeleted", "OrderLine",
    "OrderMilestone", "OrderShipment", "Parsed", "Payload", "Plugin", "PluginError", "Problem", "RateLimited",
    "Receipt", "Status", "StoreConnector", "StoreOrder", "StoreParsed", "Successor", "TrackingResult", "Upstream",
    "Verdict", "View", "Window", "ZoneSource", "check", "hookimpl", "https_url", "plain", "read_json", "retry_after",
]  # fmt: skip
