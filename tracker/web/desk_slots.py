"""The forms of the slots: for each the kind that fills it, and the fields of that kind's own content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from tracker.i18n import current_locale
from tracker.services import fillings
from tracker.services.fillings import Kind
from tracker.services.slots import SLOTS, Filling
from tracker.services.staff import Shop

from . import forms
from .current import portal


@dataclass(frozen=True, slots=True)
class SlotForm:
    """A slot as its form shows it. `is_filled`: something is kept in it; `is_chosen`: it is being filled just now."""

    name: str
    surface: str
    kind: Kind
    kinds: tuple[tuple[str, str], ...]
    fields: tuple[forms.Field, ...]
    shown: bool
    is_filled: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent for one slot: its kind, what was read of it, and whether it is to be shown."""

    slot: str
    kind: Kind
    read: forms.Read
    shown: bool

    @property
    def filling(self) -> Filling | None:
        """The slot with what was typed; `None` where it is to show nothing."""
        return Filling(self.kind.block.id, self.read.typed, self.kind.recommender) if self.shown else None


def read(shop: Shop, slot: str) -> Sent | None:
    """The filling that a form holds; `None` where it names no kind that there is."""
    kind = fillings.find_kind(portal(), shop.id, request.form.get("kind", ""))
    if kind is None or slot not in SLOTS:
        return None
    translate = fillings.translator(portal(), shop.id, kind.block, current_locale())
    content = forms.read(kind.block.object.content, request.form, prefix=_prefix(slot), translate=translate)
    return Sent(slot, kind, content, "shown" in request.form)


def draw(shop: Shop, chosen: Mapping[str, str], sent: Sent | None) -> list[SlotForm]:
    """The forms of all slots: what was typed, else what is kept, else empty. None where no plugin brings a block.

    `chosen` says by slot which kind's fields are wanted instead.
    """
    kinds = fillings.list_kinds(portal(), shop.id)
    kept = fillings.read_slots(shop.id)
    return [_draw(shop, slot, kinds, kept, chosen.get(slot, ""), sent) for slot in SLOTS] if kinds else []


def _draw(
    shop: Shop, slot: str, kinds: list[Kind], kept: Mapping[str, Any], chosen: str, sent: Sent | None
) -> SlotForm:
    here = kept.get(slot)
    of_kept = f"{here.block}:{here.recommender}".rstrip(":") if here else ""
    typed = sent.read if sent and sent.slot == slot else None
    wanted = sent.kind.value if sent and typed else chosen or of_kept
    kind = next((one for one in kinds if one.value == wanted), kinds[0])
    values = typed.typed if typed else here.content if here and kind.value == of_kept else {}
    translate = fillings.translator(portal(), shop.id, kind.block, current_locale())
    fields = forms.draw(
        kind.block.object.content, values, typed.errors if typed else {}, prefix=_prefix(slot), translate=translate
    )
    shown = sent.shown if sent and typed else here.shown if here else True
    names = tuple((one.value, one.label) for one in kinds)
    return SlotForm(slot, SLOTS[slot], kind, names, tuple(fields), shown, here is not None, bool(chosen or typed))


def _prefix(slot: str) -> str:
    return f"{slot}-"
