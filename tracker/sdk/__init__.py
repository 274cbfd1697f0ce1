"""Everything a plugin may use. Import from here: `from tracker.sdk import Carrier, Event, hookimpl`."""

from .asking import ApiCarrier
from .blocks import Block, View
from .carriers import Carrier, Label, Limits, NoSettings, NumberFormat, Query, Subscription, load_formats
from .changes import ShipmentChange
from .channels import Channel
from .concerns import Concern, ConcernKind, Feedback
from .context import Context, Http, HttpAnswer, Mail, Memory, Message, Receipt
from .covers import Covers
from .deprecation import Deprecated
from .doors import InboundRequest, Verdict
from .errors import (
    KINDS,
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
from .instructions import Address, Instruction, InstructionAnswer, InstructionKind
from .oauth import ClientCredentials, KeptToken
from .places import read_place, read_point
from .plugin import API, Plugin
from .privacy import find_contacts, find_names
from .problems import Problems, collect, raise_for
from .proofs import Pickup, Proof, read_proof
from .reading import part, peek, pick, plain, read_json, read_xml, rows, word
from .recommenders import Offer, Recommender, Viewer
from .rules import Rule, Rules, read_status
from .signing import judge, push_secret, same, signed
from .statuses import UNKNOWN, Milestone, OrderMilestone, OrderState, Status
from .stores import (
    Buyer,
    Fulfilment,
    OrderDeleted,
    OrderLine,
    OrderShipment,
    StoreConnector,
    StoreOrder,
    StoreParsed,
)
from .terms import Meaning, Term, load_terms
from .times import NEVER, Time, from_epoch, offset_between, read_clock, read_offset, read_time, real_offset
from .urls import ApiUrl, BaseUrl, HttpsUrl, https_url
from .vocabularies import Vocabulary, load_vocabulary
from .windows import read_window

__all__ = [
    "API", "KINDS", "NEVER", "UNKNOWN", "Address", "ApiCarrier", "ApiUrl", "AuthFailed", "BadPayload", "BadRequest",
    "BaseUrl", "Block", "Buyer", "Carrier", "Channel", "ClientCredentials", "Concern", "ConcernKind", "Context",
    "Covers", "Deprecated", "Event", "Feedback", "Fulfilment", "Http", "HttpAnswer", "HttpsUrl", "InboundRequest",
    "Instruction", "InstructionAnswer", "InstructionKind", "InvalidNumber", "KeptToken", "Label", "Limits", "Mail",
    "Meaning", "Memory", "Message", "Milestone", "NoSettings", "NotFound", "NumberFormat", "Offer", "OrderDeleted",
    "OrderLine", "OrderMilestone", "OrderShipment", "OrderState", "Parsed", "Payload", "Pickup", "Plugin",
    "PluginError", "Problem", "Problems", "Proof", "Query", "RateLimited", "Receipt", "Recommender", "Rule", "Rules",
    "ShipmentChange", "Status", "StoreConnector", "StoreOrder", "StoreParsed", "Subscription", "Successor", "Term",
    "Time", "TrackingResult", "Upstream", "Verdict", "View", "Viewer", "Vocabulary", "Window", "ZoneSource", "check",
    "collect", "find_contacts", "find_names", "from_epoch", "hookimpl", "https_url", "judge", "load_formats",
    "load_terms", "load_vocabulary", "offset_between", "part", "peek", "pick", "plain", "push_secret", "raise_for",
    "read_clock", "read_json", "read_offset", "read_place", "read_point", "read_proof", "read_status", "read_time",
    "read_window", "read_xml", "real_offset", "retry_after", "rows", "same", "signed", "word",
]  # fmt: skip
