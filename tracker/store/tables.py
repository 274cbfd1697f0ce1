"""All tables, in an order in which they can be created."""

from .audit import Audit
from .base import Row
from .concerns import Concern, Photo, Remark
from .events import Estimate, Event
from .handovers import Handover
from .imports import Import
from .inbox import Inbox
from .instructions import Instruction, InstructionWish
from .kept import Breaker, Kept, Rate
from .labels import Label
from .links import Link, Lookup
from .mapping import MappingRule
from .notices import Notice
from .orders import Line, Order
from .outbox import Outbox
from .own_carriers import OwnCarrier
from .preferences import Preference
from .proofs import Pickup, Proof
from .ratings import Rating
from .shipments import Location, Shipment, ShipmentLine
from .shops import Asset, PluginSetting, Shop, Slot
from .staff import Membership, Session, Staff
from .subscriptions import Subscribed
from .suppressions import Suppression
from .trials import Trial
from .wording import CustomStatus

_SHOP = (Shop, Slot, Asset, PluginSetting, Staff, Membership, Session)
_WAY = (Order, Line, Location, Shipment, ShipmentLine, Event, Estimate, Handover, Link, Lookup, Notice, Audit)
_WORK = (Subscribed, Inbox, Outbox, Import, Breaker, Kept, Rate, Trial, Label)
_OWN = (MappingRule, CustomStatus, OwnCarrier)
_CUSTOMERS = (Preference, Suppression, Instruction, InstructionWish, Concern, Remark, Photo, Rating, Proof, Pickup)

TABLES: tuple[type[Row], ...] = (*_SHOP, *_WAY, *_WORK, *_OWN, *_CUSTOMERS)
