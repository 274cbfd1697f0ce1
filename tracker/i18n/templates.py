"""How templates speak: `_('...')` and its kin, with what stands in the holes escaped where the template is HTML."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from . import current_locale, direction
from . import gettext as _gettext
from . import ngettext as _ngettext
from . import npgettext as _npgettext
from . import pgettext as _pgettext
from .formats import format_money, format_number
from .saying import Said


def install(environment: Environment) -> None:
    """Gives an environment the languages: `_` and its kin, the filters `number` and `money`, `direction()`."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=False, pgettext=pgettext, npgettext=npgettext
    )
    environment.globals.update(current_locale=current_locale, direction=direction)
    environment.filters.update(number=format_number, money=format_money)


# Jinja's own would fill the holes before anybody could see to particles and directions.
@pass_context
def gettext(context: Context, message: str, /, **values: Any) -> str:
    """The message, filled."""
    return _fill(context, _gettext(message), values)


@pass_context
def ngettext(context: Context, one: str, many: str, num: int, /, **values: Any) -> str:
    """The message in the plural form for `num`, which is there to be filled in, too."""
    return _fill(context, _ngettext(one, many, num), {"num": num, **values})


@pass_context
def pgettext(context: Context, about: str, message: str, /, **values: Any) -> str:
    """The message as it is said in a context, filled."""
    return _fill(context, _pgettext(about, message), values)


@pass_context
def npgettext(context: Context, about: str, one: str, many: str, num: int, /, **values: Any) -> str:
    """The message as it is said in a context, in the plural form for `num`, filled."""
    return _fill(context, _npgettext(about, one, many, num), {"num": num, **values})


def _fill(context: Context, message: str, values: Mapping[str, Any]) -> str:
    if context.eval_ctx.autoescape:
        # Messages are the portal's own and may hold no more than words; what is filled in is escaped here.
        return message.mark_up(values) if isinstance(message, Said) else Markup(message) % values  # noqa: S704
    return message % values
