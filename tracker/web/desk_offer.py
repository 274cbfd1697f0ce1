"""The offer's form: drawn from the content model of whichever block fills the slot."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from tracker.i18n import current_locale
from tracker.services import branding
from tracker.services.branding import AnyBlock
from tracker.services.staff import Shop

from . import forms
from .current import portal

PREFIX = "offer-"


@dataclass(frozen=True, slots=True)
class Offer:
    """The slot as its form shows it: the chosen block, its fields, and where it is on."""

    block: str
    blocks: Sequence[tuple[str, str]]
    fields: Sequence[forms.Field]
    surfaces: Sequence[str]


def read(shop: Shop, block: AnyBlock) -> forms.Read:
    """The content that was filled in for a block, or what is wrong with it."""
    translate = branding.translator(portal(), shop.id, block, current_locale())
    return forms.read(block.object.content, request.form, prefix=PREFIX, translate=translate)


def draw(shop: Shop, chosen: str, typed: forms.Read | None, surfaces: Sequence[str] | None) -> Offer | None:
    """The form: what was typed, else what is kept, else empty. `None` where no plugin brings a block."""
    blocks = branding.blocks(portal(), shop.id)
    kept = branding.read_slot(shop.id)
    id = chosen or (kept.block if kept else "")
    offered = [known for known, _name in blocks]
    block = branding.find_block(portal(), id if id in offered else next(iter(offered), ""))
    if block is None:
        return None
    values = typed.typed if typed else kept.content if kept and kept.block == block.id else {}
    translate = branding.translator(portal(), shop.id, block, current_locale())
    fields = forms.draw(block.object.content, values, typed.errors if typed else {}, prefix=PREFIX, translate=translate)
    shown = surfaces if surfaces is not None else kept.surfaces if kept else branding.SURFACES
    return Offer(block.id, blocks, fields, shown)
