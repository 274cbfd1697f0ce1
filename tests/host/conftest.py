"""Folders of plugins written by a test, and registries made of them."""

from pathlib import Path
from textwrap import dedent

import pytest

from tracker.host.loader import load
from tracker.host.registry import Registry

GOOD = """
from tracker.sdk import Carrier, Parsed, Plugin, hookimpl

PLUGIN = Plugin(name={name!r}, label="A plugin", version="1")

class Post(Carrier):
    id = {id!r}
    names = {{"en": "Post"}}

    def parse(self, payload):
        return Parsed()

@hookimpl
def tracker_register_carriers():
    return [Post()]
"""


class Shed:
    """A folder of plugins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))

    def good(self, name: str, id: str = "") -> None:
        self.write(f"{name}.py", GOOD.format(name=name, id=id or name))

    def load(self, *more: Path, **options) -> Registry:
        return load([self.folder, *more], **{"installed": False, **options})


@pytest.fixture
def shed(tmp_path):
    return Shed(tmp_path / "plugins")
