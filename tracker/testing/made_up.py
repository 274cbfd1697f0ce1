"""What a plugin's methods get while nobody is there: settings, memory, mail and contexts that are made up."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from tracker.sdk import Context, Http, Mail, Message, Receipt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = "made-up-token"  # noqa: S105 - nobody's
SECRET = "made-up-secret-7f3a91c05be2d4681"  # noqa: S105 - nobody's
_SECRETS = (SECRET, "7f3a91c05be2d468" * 4, "7f3a91c05be2d468", "bWFkZS11cC1zZWNyZXQtN2YzYTkxYzA1YmUyZDQ2ODE=", "EN")
_TEXTS = ("made-up", "https://made-up.example", "12345678", "EN", "made-up@shop.example", "2026-03-02", "#336699")
_OTHERS: tuple[Any, ...] = (1, 1.5, True, [], {}, 100)


class NoValue(AssertionError):
    """A setting for which nothing can be made up."""


def make_settings(model: type[BaseModel], given: Mapping[str, Any], *, secrets: bool = True) -> BaseModel:
    """A plugin's settings with made-up values for what has no default, and for secrets or (`secrets` false) without.

    `given` comes first. Raises `NoValue`, which names the field and says what to do.
    """
    values: dict[str, Any] = dict(given)
    choices = {name: _choices(one, secrets) for name, one in model.model_fields.items() if name not in given}
    wanted = {name for name, one in model.model_fields.items() if name in choices and _is_wanted(one, secrets)}
    for name in wanted:
        values[name] = next(choices[name])
    while True:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            names = {str(problem["loc"][0]) if problem["loc"] else "" for problem in error.errors()}
            _choose_again(values, choices, names, str(error))


def holds_secret(info: FieldInfo) -> bool:
    """Whether a field's value is a `SecretStr`."""
    return SecretStr in _types(info.annotation)


def _choose_again(values: dict[str, Any], choices: Mapping[str, Iterator[Any]], names: set[str], error: str) -> None:
    for name in names:
        value = next(choices.get(name, iter(())), None)
        if value is None:
            raise NoValue(
                f"the contract cannot make up a value for the setting {name or '(the whole)'}: give it a default, or "
                f"write PLUGIN_SETTINGS = {{{name!r}: ...}} into the test file. pydantic says: {error:.300}"
            )
        values[name] = value


def _is_wanted(info: FieldInfo, secrets: bool) -> bool:
    return info.is_required() or (holds_secret(info) and secrets)


def _choices(info: FieldInfo, secrets: bool) -> Iterator[Any]:
    yield from info.examples or ()
    if holds_secret(info):
        yield from () if secrets else ("",)
        yield from (_sized(text, info) for text in _SECRETS)
    for kind in _types(info.annotation):
        if isinstance(kind, type) and issubclass(kind, Enum):
            yield from (each.value for each in kind)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield make_settings(kind, {}, secrets=secrets).model_dump()
        elif not isinstance(kind, type):
            yield from (each for each in get_args(kind) if isinstance(each, str | int))
    yield from (_sized(text, info) for text in _TEXTS)
    yield from _OTHERS


def _sized(text: str, info: FieldInfo) -> str:
    """The text at the length that the field asks for."""
    least = max((getattr(rule, "min_length", None) or 0 for rule in info.metadata), default=0)
    most = min((getattr(rule, "max_length", None) or 10_000 for rule in info.metadata), default=10_000)
    return text.ljust(least, "0")[:most]


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *(found for part in getattr(annotation, "__args__", ()) for found in _types(part)))


@dataclass
class MadeUpMemory:
    """A plugin's memory for one call. `kept` is the token that is already there; `None` has each one asked for."""

    kept: str | None = TOKEN
    values: dict[str, str] = field(default_factory=dict)
    tokens: int = 0

    def get(self, key: str) -> Any:
        return json.loads(self.values[key]) if key in self.values else None

    def set(self, key: str, value: Any, expires: datetime | None = None) -> None:  # noqa: ARG002 - the portal's way
        self.values[key] = json.dumps(value)

    def delete(self, key: str) -> None:
        self.values.pop(key, None)

    def token(self, key: str, make: Callable[[], tuple[str, float]]) -> str:  # noqa: ARG002
        self.tokens += 1
        return make()[0] if self.kept is None else self.kept


@dataclass
class MadeUpMail:
    """Mail that keeps what it is given and answers with a receipt or an error."""

    answer: Receipt | Exception = field(default_factory=lambda: Receipt(True, "250 kept"))
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def make_context(
    settings: BaseModel,
    *,
    http: Http | None = None,
    mail: Mail | None = None,
    memory: MadeUpMemory | None = None,
    locale: str = "en",
) -> Context:
    """A context as the portal would make it, at one moment in March 2026."""
    made = Context(settings, memory or MadeUpMemory(), logging.getLogger("tracker.testing"), NOW, str, locale)
    return replace(made, http=http, mail=mail)
