"""Forms from models: whatever a plugin describes is drawn, read back, and refused in words."""

from enum import StrEnum
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator
from werkzeug.datastructures import MultiDict

from tracker.web import forms


class Speed(StrEnum):
    SLOW = "slow"
    FAST = "fast"


class Model(BaseModel):
    """One field of each kind."""

    title: str = Field(min_length=2, max_length=20, title="Title", description="What it is called")
    long: str = Field(default="", max_length=1000)
    on: bool = True
    count: int = Field(default=3, ge=1, le=9)
    ratio: float = 1.5
    note: str | None = None
    secret: SecretStr = SecretStr("")
    speed: Speed = Speed.SLOW
    side: Literal["left", "right"] = "left"
    tags: list[str] = Field(default=[], max_length=2)

    @field_validator("title")
    @classmethod
    def _check(cls, value: str) -> str:
        if value == "evil":
            raise ValueError("this word is not allowed")
        return value


def kinds(**values):
    return {field.name: field.kind for field in forms.draw(Model, values)}


def test_each_kind_of_field_gets_its_input():
    assert kinds() == {
        "title": "text", "long": "lines", "on": "checkbox", "count": "number", "ratio": "number", "note": "text",
        "secret": "password", "speed": "choice", "side": "choice", "tags": "list",
    }  # fmt: skip


def test_a_field_says_what_its_model_says():
    title, *_, tags = forms.draw(Model, {"title": "Tea"}, {"tags": "wrong"}, prefix="x-", translate=str.upper)
    assert (title.name, title.label, title.help, title.value) == ("x-title", "TITLE", "WHAT IT IS CALLED", "Tea")
    assert (title.required, title.longest, tags.error) == (True, 20, "wrong")


def test_choices_come_from_the_model_or_from_the_caller():
    fields = {field.name: field for field in forms.draw(Model, {}, choices={"note": [("a", "A")]})}
    assert list(fields["speed"].choices) == [("slow", "slow"), ("fast", "fast")]
    assert list(fields["side"].choices) == [("left", "left"), ("right", "right")]
    assert fields["note"].kind == "choice"


def test_a_form_is_read_into_the_model():
    form = MultiDict({"x-title": " Tea ", "x-count": "4", "x-ratio": "2", "x-speed": "fast", "x-side": "right",
                      "x-tags": "a\r\n\r\n b ", "x-secret": " s ", "x-long": "one\r\ntwo"})  # fmt: skip
    model = forms.read(Model, form, prefix="x-").model
    assert (model.title, model.on, model.count, model.speed, model.tags) == ("Tea", False, 4, Speed.FAST, ["a", "b"])
    assert (model.secret.get_secret_value(), model.long) == (" s ", "one\ntwo")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Write at least 2 characters."),
        ("title", "x" * 21, "Write at most 20 characters."),
        ("title", "evil", "This word is not allowed."),
        ("count", "many", "Write a number."),
        ("count", "10", "Write a number of at most 9."),
        ("count", "0", "Write a number of at least 1."),
        ("tags", "a\nb\nc", "Write at most 2 lines."),
        ("speed", "warp", "Choose one of the list."),
        ("side", "up", "Choose one of the list."),
    ],
)
def test_what_is_wrong_is_a_sentence_beside_its_field(field, value, sentence):
    form = MultiDict({"title": "Tea", "count": "3", "ratio": "1", "speed": "slow", "side": "left", field: value})
    read = forms.read(Model, form)
    assert read.model is None
    assert read.errors == {field: sentence}
    assert "title" in read.typed


def test_typing_without_end_is_cut():
    read = forms.read(Model, MultiDict({"title": "x" * 1_000_000}))
    assert len(read.typed["title"]) <= forms.MOST * 2
