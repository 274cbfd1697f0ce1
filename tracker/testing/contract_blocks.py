"""What a block promises: a piece of page that is quick, quiet in trouble of its own, and safe whatever is filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ValidationError

from tracker.host.results import check_variables
from tracker.sdk import Context, Milestone, Offer, View

from .made_up import make_settings
from .purity import impurities
from .subjects import Subject

__all__ = [
    "test_a_block_needs_neither_clock_nor_files",
    "test_a_block_shows_itself_or_hides",
    "test_a_template_escapes_what_is_filled_in",
    "test_a_template_holds_no_code_and_no_style",
]

MARK = "<b x=\"'&"
SURFACES = ("page", "widget", "mail")
_CODE = re.compile(r"<script|<style|<iframe|<object|\sstyle\s*=|\son[a-z]+\s*=|javascript:|\bhx-on", re.IGNORECASE)


def test_a_block_shows_itself_or_hides(block: Subject) -> None:
    """Whatever the surface and the milestone, `context` answers plain variables that the template takes, or `None`."""
    shown = 0
    for surface in SURFACES:
        for milestone in Milestone:
            for trouble in (False, True):
                values = _context(block, _look(block, surface, milestone, trouble))
                shown += values is not None
                if values is not None:
                    _draw(block, values)
    assert shown, f"{block.id} hides itself everywhere: answer its variables where there is something to show"


def test_a_block_needs_neither_clock_nor_files(block: Subject) -> None:
    """`context` runs while somebody waits for a page: what takes long is prepared before, and kept in `ctx.memory`."""
    view = _view(block)
    ctx = block.context()
    found = impurities(lambda: block.object.context(view, ctx))
    assert not found, f"{block.id}: context reaches for {', '.join(found)}. Use ctx.now and what view and ctx hold."
    first, second = _context(block, view), _context(block, view)
    assert first == second, f"{block.id}: context answers first {first!r:.300}, then {second!r:.300}"


def test_a_template_escapes_what_is_filled_in(block: Subject) -> None:
    """What a marketer types is text, in HTML too."""
    view = _look(block, "page", Milestone.IN_TRANSIT, text=MARK)
    values = _context(block, view)
    html = _draw(block, _marked(values or {})).get("html", "")
    assert "<b x=" not in html, (
        f"{block.id}: {MARK!r} stands in the page as it was typed: leave out |safe and Markup, autoescape does the rest"
    )


def test_a_template_holds_no_code_and_no_style(block: Subject) -> None:
    """The portal's pages forbid code and styles inside of them: they would not run, and be reported."""
    values = _context(block, _view(block)) or {}
    found = _CODE.search(_draw(block, values).get("html", ""))
    assert not found, f"{block.id}: its page holds {found[0].strip()!r}: use a class of static/, and a link or a form"


def _context(block: Subject, view: View) -> dict[str, Any] | None:
    ended = block.run(f"on a {view.surface}, {view.milestone}", _variables, block, view, block.context())
    assert ended.error is None, f"{block.id}: context raised {ended.error!r:.200}; answer None to hide the block"
    return ended.value


def _variables(block: Subject, view: View, ctx: Context) -> dict[str, Any] | None:
    return check_variables(block.object.context(view, ctx))


def _draw(block: Subject, values: Mapping[str, Any]) -> dict[str, str]:
    """The block as HTML, and as text where it has a template for that; in a sandbox that escapes."""
    folder = block.registry.template_folder(block.provider.plugin)
    name = block.object.template
    drawn = {}
    for kind, file in (("html", name), ("txt", f"{name.rpartition('.')[0]}.txt")):
        if folder and (folder / file).is_file():
            ended = block.run(f"drawing {file}", _render, folder, file, values)
            drawn[kind] = ended.value or ""
    return drawn


def _render(folder: Path, file: str, values: Mapping[str, Any]) -> str:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(number=str, money=lambda minor, currency: f"{minor} {currency}")
    environment.globals.update(current_locale=lambda: "en", direction=lambda *_: "ltr")
    return environment.get_template(file).render({"gettext": str, "_": str, **values})


def _view(block: Subject) -> View:
    """A view in which the block shows itself, where there is one."""
    views = [_look(block, one, step) for one in SURFACES for step in Milestone]
    return next((view for view in views if _context(block, view) is not None), views[0])


def _look(block: Subject, surface: str, milestone: Milestone, trouble: bool = False, text: str = "") -> View:
    """A view on some surface, with offers where the block takes them."""
    slot = "below" if surface == "page" else surface
    offers = (Offer("1", text or "Cup", "https://shop.example/cup", text, "", 1990, "EUR"),)
    content = _content(block, text)
    return View(surface, slot, "en", milestone, trouble, content, offers if block.object.takes_offers else ())


def _content(block: Subject, text: str = "") -> BaseModel:
    """The block's content as a marketer fills it in; with `text` in each field that takes it."""
    model: type[BaseModel] = block.object.content
    filled = make_settings(model, block.given.get("content", {}))
    kept = filled.model_dump()
    for name in model.model_fields if text else ():
        try:
            filled = model.model_validate({**kept, name: text})
            kept = filled.model_dump()
        except ValidationError:
            continue
    return filled


def _marked(value: Any) -> Any:
    """The same variables with the mark in every text that does not hold it: whatever made it, the template escapes."""
    if isinstance(value, Mapping):
        return {name: _marked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one) for one in value]
    return value + MARK if isinstance(value, str) and type(value) is str and "://" not in value else value
