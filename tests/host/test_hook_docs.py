"""No hook without a heading that holds its exact signature, a bundled plugin that uses it, and a test."""

import inspect
import re
from pathlib import Path

import pluggy
import pytest

import tracker.sdk.hooks as specs
from tracker.host.loader import load
from tracker.paths import resource

ROOT = Path(__file__).parents[2]
MOST_NAMED = 12
"""A hook with more users than this need not name them all."""
DOCS = (ROOT / "docs" / "hooks.md").read_text("utf-8")


def find_hooks():
    """Every function that the SDK marks as a hook."""
    manager = pluggy.PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    return sorted(name for name in vars(manager.hook) if not name.startswith("_"))


HOOKS = find_hooks()


def describe(name):
    """`name(arg: Type) -> Type` with the types' last names."""
    return re.sub(r"(?:\w+\.)+(\w)", r"\1", f"{name}{inspect.signature(getattr(specs, name))}")


def headings():
    return re.findall(r"^### `(.+)`$", DOCS, re.MULTILINE)


def section(name):
    """The text below a hook's heading."""
    return re.split(r"^##+ ", DOCS.split(f"### `{describe(name)}`", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_there_are_hooks():
    assert len(HOOKS) >= 4


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_heading_with_its_exact_signature(name):
    assert describe(name) in headings()


def test_no_heading_is_about_a_hook_that_is_gone():
    assert sorted(heading.split("(")[0] for heading in headings()) == HOOKS


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_used_by_the_bundled_plugins_that_its_section_names(name):
    users = load([resource("plugins")], installed=False).hooks().get(name, ())
    assert users
    named = set(re.findall(r"`(\w+)`", section(name).split("Used by", 1)[1]))
    assert named
    assert named <= set(users)
    assert len(users) > MOST_NAMED or named == set(users)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test(name):
    sources = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert any(re.search(rf"^def test_hook_{name}\(", source, re.MULTILINE) for source in sources)


def test_the_example_of_the_documents_works(tmp_path):
    example = DOCS.split("```python\n", 1)[1].split("```", 1)[0]
    (tmp_path / "acme.py").write_text(example)
    registry = load([tmp_path], installed=False)
    assert not registry.failures
    assert list(registry.carriers) == ["acme"]
