"""Folders of plugins written by a test, registries made of them, and calls into scripted providers."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.host.scripted import Keys
from tracker.host.calls import Calls
from tracker.host.loader import load
from tracker.host.memory import in_memory_ports
from tracker.host.redact import plugin_logger, secrets_of
from tracker.host.registry import Registry
from tracker.sdk import Context

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


@pytest.fixture
def ctx(clock):
    settings = Keys()
    ports = in_memory_ports()
    return Context(settings, ports.memory, plugin_logger("plugin_x", secrets_of(settings)), clock(), str)


@pytest.fixture
def ports():
    return in_memory_ports()


@pytest.fixture
def calls(ports, clock):
    return Calls(ports.breakers, clock)
