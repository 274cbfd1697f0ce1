"""All tables, in an order in which they can be created."""

from .audit import Audit
from .base import Row
from .events import Estimate, Event
from .imports import Import
from .inbox import Inbox
from .kept import Breaker, Kept, Rate
from .labels import Label
from .links import Link, Lookup
from .notices import Notice
from .orders import Line, Order
from .outbox import Outbox
from .shipments import Location, Shipment, ShipmentLine
from .shops import Asset, PluginSetting, Shop, Slot
from .staff import Membership, Session, Staff
from .trials import Trial

_SHOP = (Shop, Slot, Asset, PluginSetting, Staff, Membership, Session)
_WAY = (Order, Line, Location, Shipment, ShipmentLine, Event, Estimate, Link, Lookup, Notice, Audit)
_WORK = (Inbox, Outbox, Import, Breaker, Kept, Rate, Trial, Label)

TABLES: tuple[type[Row], ...] = (*_SHOP, *_WAY, *_WORK)
