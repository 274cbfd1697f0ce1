"""Blocks: pieces of page or mail that a marketer puts into a slot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel

from .context import Context
from .recommenders import Offer
from .statuses import Milestone


@dataclass(frozen=True, slots=True)
class View:
    """What a block may know: where it stands and the state of the order, and nothing about the person.

    `surface` is `page`, `widget` or `mail`; `slot` is `above` or `below` the news on the page, else as the surface.
    `offers` are a recommender's, for blocks that take them. `trouble` is true while any parcel of the order is delayed,
    failed, held, lost or on its way back; the portal shows no block then, whatever the block answers.
    """

    surface: str
    slot: str
    locale: str
    milestone: Milestone
    trouble: bool
    content: BaseModel
    offers: tuple[Offer, ...] = ()


class Block:
    """Base of all blocks. `content` is the pydantic model that a marketer fills in; the desk draws its form.

    `template` is the file inside the plugin's `templates/` folder (`<name>.html`, and `<name>.txt` for plain mail).
    """

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    content: ClassVar[type[BaseModel]]
    template: ClassVar[str]
    takes_offers: ClassVar[bool] = False
    """Whether the block shows what a recommender brings, in `view.offers`, rather than what was filled in by hand."""

    def context(self, view: View, ctx: Context) -> Mapping[str, Any] | None:
        """The template's variables; `None` hides the block. No network: this runs while a page is made."""
        raise NotImplementedError
