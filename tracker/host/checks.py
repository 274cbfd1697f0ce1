"""Provider objects as input: what a plugin hands over is looked at before anything else is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from inspect import isclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from tracker.sdk import (
    Block,
    Carrier,
    Channel,
    Limits,
    NumberFormat,
    Recommender,
    StoreConnector,
    Term,
    Vocabulary,
    plain,
)

BASES: Mapping[str, type[Any]] = {
    "carrier": Carrier,
    "channel": Channel,
    "vocabulary": Vocabulary,
    "store": StoreConnector,
    "block": Block,
    "recommender": Recommender,
}

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[a-z0-9]+)*")
LONGEST_PATTERN = 1000
LARGEST_BATCH = 1000
QUICKEST_REFRESH = timedelta(minutes=10)


def complaints(kind: str, candidate: object, folder: Path | None = None) -> list[str]:
    """What is wrong with a provider of a kind; empty when nothing is. Never raises.

    `folder` is where its plugin keeps its files; a block's template must lie in `templates/` there.
    """
    base = BASES[kind]
    if isclass(candidate):
        return [f"{candidate.__name__} is a class; hand over an object of it"]
    if not isinstance(candidate, base):
        return [f"{type(candidate).__name__} is not a {base.__name__}"]
    try:
        found = [*_common(candidate), *_CHECKS[kind](candidate)]
        return found or list(_template(candidate, folder) if kind == "block" else ())
    except Exception as error:  # an attribute may be a property that raises
        return [f"its attributes cannot be read: {type(error).__name__}"]


def is_slug(text: object) -> bool:
    """Whether a text may be an id or a plugin's name."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def _common(candidate: Any) -> Iterator[str]:
    id_, names = getattr(candidate, "id", None), getattr(candidate, "names", None)
    if not is_slug(id_):
        yield f"id {id_!r:.60} is not lower-case letters, digits, - and _ beginning with a letter or a digit"
    if not isinstance(names, Mapping) or "en" not in names:
        yield "names is not a mapping that holds 'en'"
        return
    for locale, name in names.items():
        if not (isinstance(locale, str) and _LOCALE.fullmatch(locale)):
            yield f"names has {locale!r:.40}, which is no locale such as 'ko' or 'pt_BR'"
        if not (isinstance(name, str) and name and plain(name, 80) == name):
            yield f"the name for {locale!r:.40} is not plain text of up to 80 characters"


def _carrier(carrier: Carrier) -> Iterator[str]:
    if carrier.url:
        yield from _url(carrier.url)
    yield from _countries("countries", carrier.countries)
    if isinstance(carrier.aliases, str) or not all(isinstance(one, str) for one in carrier.aliases):
        yield "aliases is not a list of names"
    yield from _limits(carrier.limits)
    if not isinstance(carrier.quickest, timedelta) or carrier.quickest < timedelta(seconds=1):
        yield "quickest is not a timedelta of at least a second"
    elif not isinstance(carrier.slowest, timedelta) or carrier.slowest < carrier.quickest:
        yield "slowest is not a timedelta of at least quickest"
    if not isinstance(carrier.polls, bool):
        yield "polls is not True or False"
    elif carrier.polls and type(carrier).fetch is Carrier.fetch:
        yield "polls is True but there is no fetch"
    if not isinstance(carrier.proves, bool):
        yield "proves is not True or False"
    elif carrier.proves and type(carrier).proofs is Carrier.proofs:
        yield "proves is True but there is no proofs"
    if isinstance(carrier.formats, str) or not isinstance(carrier.formats, Sequence):
        yield "formats is not a list of NumberFormat"
        return
    for shape in carrier.formats:
        yield from _format(shape)


def _url(url: object) -> Iterator[str]:
    if not isinstance(url, str) or not is_public_url(url.replace("{number}", "1")):
        yield f"url {url!r:.80} is not an https address"
    elif url.count("{number}") < 1 or "{" in url.split("{number}", 1)[0]:
        yield f"url {url!r:.80} does not hold {{number}}"
    elif "{number}" in url.split("/", 3)[2]:
        yield "url has {number} in its host"


def is_public_url(url: str) -> bool:
    """Whether a page may print this address as a link: https, a host, no user, no control, no white space (S-09)."""
    if len(url) > 2000 or not url.startswith("https://") or "\\" in url or plain(url, 2000) != url or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _countries(name: str, countries: object) -> Iterator[str]:
    if isinstance(countries, str) or not isinstance(countries, Sequence):
        yield f"{name} is not a list of country codes"
    elif wrong := [code for code in countries if not (isinstance(code, str) and _COUNTRY.fullmatch(code))]:
        yield f"{name} has {wrong[0]!r:.40}, which is no code such as 'KR'"


def _limits(limits: object) -> Iterator[str]:
    if not isinstance(limits, Limits):
        yield "limits is not a Limits"
    elif not isinstance(limits.per, timedelta) or limits.per <= timedelta(0):
        yield "limits.per is not a timedelta above zero"
    elif limits.requests < 1 or not 1 <= limits.batch <= LARGEST_BATCH:
        yield f"limits.requests is below 1, or limits.batch is not within 1 to {LARGEST_BATCH}"


def _format(shape: object) -> Iterator[str]:
    if not isinstance(shape, NumberFormat) or not isinstance(shape.pattern, str):
        yield "formats holds something that is not a NumberFormat"
        return
    if len(shape.pattern) > LONGEST_PATTERN:
        yield f"the pattern of format {shape.name!r:.40} is longer than {LONGEST_PATTERN} characters"
        return
    try:
        groups = re.compile(shape.pattern).groupindex
    except (re.error, RecursionError, OverflowError) as error:
        yield f"the pattern of format {shape.name!r:.40} does not compile: {error}"
        return
    if shape.check and "serial" not in groups:
        yield f"format {shape.name!r:.40} has a check but its pattern no group 'serial'"
    yield from _countries(f"format {shape.name!r:.40}: countries", shape.countries)


def _channel(channel: Channel) -> Iterator[str]:
    if channel.address not in ("email", "phone"):
        yield f"address {channel.address!r:.40} is neither 'email' nor 'phone'"
    if type(channel).send is Channel.send:
        yield "there is no send"


def _vocabulary(vocabulary: Vocabulary) -> Iterator[str]:
    if isinstance(vocabulary.terms, str) or not isinstance(vocabulary.terms, Sequence):
        yield "terms is not a list of Term"
    elif not all(isinstance(term, Term) and isinstance(term.code, str) and term.code for term in vocabulary.terms):
        yield "terms holds something else than a Term with a code"
    elif not isinstance(vocabulary.instead, Mapping):
        yield "instead is not a mapping of milestones to words"
    elif strangers := set(vocabulary.instead.values()) - {term.code for term in vocabulary.terms}:
        yield f"instead has {min(strangers, key=str)!r:.60}, which is not among the terms"


def _store(store: StoreConnector) -> Iterator[str]:
    for method in ("verify", "parse"):
        if getattr(type(store), method) is getattr(StoreConnector, method):
            yield f"there is no {method}"


def _block(block: Block) -> Iterator[str]:
    if not (isclass(block.content) and issubclass(block.content, BaseModel)):
        yield "content is not a pydantic model"
    if not (isinstance(block.template, str) and _FILE.fullmatch(block.template)):
        yield f"template {block.template!r:.60} is not a plain file name"
    if type(block).context is Block.context:
        yield "there is no context"
    if not isinstance(block.takes_offers, bool):
        yield "takes_offers is not True or False"


def _recommender(recommender: Recommender) -> Iterator[str]:
    if type(recommender).offers is Recommender.offers:
        yield "there is no offers"
    if not isinstance(recommender.every, timedelta) or recommender.every < QUICKEST_REFRESH:
        yield "every is not a timedelta of at least ten minutes"


def _template(block: Block, folder: Path | None) -> Iterator[str]:
    if folder is None or not (folder / "templates" / block.template).is_file():
        yield f"there is no file templates/{block.template}"


_CHECKS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "carrier": _carrier, "channel": _channel, "vocabulary": _vocabulary, "store": _store, "block": _block,
    "recommender": _recommender,
}  # fmt: skip
