"""Forms from pydantic models: fields drawn from the model, values read back, errors beside their fields.

A model's `title`, `description`, lengths and formats are all a form needs, so that a plugin describes what it wants
filled in and draws nothing itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from tracker.i18n import gettext, mark

LONG = 200
"""A text that may be longer than this gets a box of several lines."""
MOST = 4000
_KINDS = {"uri": "url", "email": "email", "password": "password", "date": "date"}
_NUMBER = mark("Write a number.")
_SENTENCES: Mapping[str, str] = {
    "missing": mark("Fill this in."),
    "string_too_short": mark("Write at least %(least)s characters."),
    "string_too_long": mark("Write at most %(count)s characters."),
    "too_long": mark("Write at most %(count)s lines."),
    "less_than_equal": mark("Write a number of at most %(limit)s."),
    "greater_than_equal": mark("Write a number of at least %(limit)s."),
    "less_than": mark("Write a number below %(limit)s."),
    "greater_than": mark("Write a number above %(limit)s."),
    "literal_error": mark("Choose one of the list."),
    "enum": mark("Choose one of the list."),
}
"""What pydantic's kinds of error are called here; the others speak for themselves."""
_SDK = (
    mark("use an address that begins with https://"),
    mark("write a complete address that begins with https://, without spaces or a password in it"),
)
"""What the SDK's own kinds of field say, whichever plugin they stand in."""
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `kind` is `text`, `lines`, `list`, `checkbox`, `choice`, `number` or a type of `<input>`.

    `value` is what was typed or kept: a text, a list of lines for `list`, a bool for `checkbox`.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    value: Any = ""
    error: str = ""
    required: bool = False
    longest: int = MOST
    choices: Sequence[tuple[str, str]] = ()
    step: str = ""
    """The step of a number; `any` where it may have decimals."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a form held: the `model` where all is right, else the `errors` by field; `typed` is there either way."""

    model: BaseModel | None
    typed: Mapping[str, Any]
    errors: Mapping[str, str]


def draw(
    model: type[BaseModel],
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    prefix: str = "",
    translate: Translate = gettext,
    choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> list[Field]:
    """The inputs of a model, in its order, filled with `values`; their names begin with `prefix`.

    `translate` says the model's own titles in the reader's language; `choices` turns fields into selections.
    """
    schema = model.model_json_schema(by_alias=False)
    required = set(schema.get("required", ()))
    fields = [
        _draw_field(
            name, _resolve(part, schema), values, errors or {}, name in required, translate, (choices or {}).get(name)
        )
        for name, part in schema.get("properties", {}).items()
    ]
    return [replace(field, name=prefix + field.name) for field in fields]


def read(
    model: type[BaseModel], form: MultiDict[str, str], *, prefix: str = "", translate: Translate = gettext
) -> Read:
    """The model that a submitted form describes, or what is wrong with it."""
    typed = read_typed(model, form, prefix=prefix)
    try:
        return Read(model.model_validate(typed), typed, {})
    except ValidationError as error:
        return Read(None, typed, explain(error, translate))


def read_typed(model: type[BaseModel], form: MultiDict[str, str], *, prefix: str = "") -> dict[str, Any]:
    """What was typed into each field of a model, right or wrong."""
    fields = draw(model, {}, prefix=prefix)
    return {field.name.removeprefix(prefix): _read_field(field, form) for field in fields}


def explain(error: ValidationError, translate: Translate = gettext) -> dict[str, str]:
    """A sentence for each field that was refused. What was typed is never part of it."""
    sentences: dict[str, str] = {}
    for item in error.errors(include_url=False, include_input=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        sentences.setdefault(name, _say(item["type"], item.get("ctx") or {}, str(item["msg"]), translate))
    return sentences


def _draw_field(
    name: str,
    part: Mapping[str, Any],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    required: bool,
    translate: Translate,
    choices: Sequence[tuple[str, str]] | None,
) -> Field:
    longest = min(int(part.get("maxLength", MOST)), MOST)
    if choices is None and "enum" in part:
        choices = [(str(one), translate(str(one))) for one in part["enum"]]
    return Field(
        name=name,
        kind="choice" if choices else _kind(name, part, longest),
        label=translate(str(part.get("title", name))),
        help=translate(str(part["description"])) if part.get("description") else "",
        value=values.get(name, part.get("default", "")),
        error=errors.get(name, ""),
        required=required and part.get("type") != "boolean",
        longest=longest,
        choices=tuple(choices or ()),
        step="any" if part.get("type") == "number" else "",
    )


def _kind(name: str, part: Mapping[str, Any], longest: int) -> str:
    kind = part.get("type")
    if kind == "boolean":
        return "checkbox"
    if kind in ("integer", "number"):
        return "number"
    if kind == "array":
        return "list"
    if part.get("format") in _KINDS:
        return _KINDS[part["format"]]
    if name.endswith("_url"):
        return "url"
    return "lines" if longest > LONG and "maxLength" in part else "text"


def _resolve(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part itself, with a reference followed, and of `X | None` the X."""
    found = dict(part)
    for option in part.get("anyOf", ()):
        if option.get("type") != "null":
            found = {**option, **found}
            break
    if "$ref" in found:
        found = {**schema.get("$defs", {}).get(found["$ref"].rsplit("/", 1)[-1], {}), **found}
    return found


def _read_field(field: Field, form: MultiDict[str, str]) -> Any:
    if field.kind == "checkbox":
        return field.name in form
    text = form.get(field.name, "")[: MOST * 2]
    if field.kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.kind == "lines":
        return text.replace("\r\n", "\n").strip()
    return text if field.kind == "password" else text.strip()


def _say(kind: str, facts: Mapping[str, Any], message: str, translate: Translate) -> str:
    least = facts.get("min_length")
    # A field of at least one letter is simply empty.
    known = _SENTENCES.get("missing" if least == 1 else kind)
    if known is None and kind.startswith(("int_", "float_", "decimal_")):
        known = _NUMBER
    if known:
        limit = next((facts[name] for name in ("le", "ge", "lt", "gt") if name in facts), None)
        limit = int(limit) if isinstance(limit, float) and limit.is_integer() else limit
        return gettext(known) % {"count": facts.get("max_length"), "least": least, "limit": limit}
    said = message.removeprefix("Value error, ")
    sentence = gettext(said) if said in _SDK else translate(said)
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence if sentence.endswith((".", "!", "?")) else sentence + "."
