"""What the documents say is true: their commands run, their plugins load, their links lead somewhere."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tests.cli.conftest import run_tracker
from tracker.cli.contents import CONTENTS, find
from tracker.config import NO_SETTINGS, PREFIX, Config
from tracker.services import matching, readout

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"```(?P<kind>\w*)\n(?P<text>.*?)```", re.DOTALL)


def fences(path: Path, kind: str) -> list[str]:
    return [found["text"] for found in _FENCE.finditer(path.read_text(encoding="utf-8")) if found["kind"] == kind]


def commands() -> list[tuple[str, list[str]]]:
    """Every `tracker` command of a shell block, and where it stands."""
    found = []
    for path in DOCS:
        for line in "".join(fences(path, "sh")).splitlines():
            words = shlex.split(line.partition("<")[0])
            if words and words[0].removeprefix(".venv/bin/") == "tracker":
                found.append((path.name, words[1:]))
    return found


@pytest.mark.parametrize(("where", "words"), commands(), ids=lambda value: " ".join(value)[:60])
def test_each_command_takes_the_options_it_is_shown_with(where: str, words: list[str]) -> None:
    entry = find(words[0])
    assert entry, f"{where}: there is no command {words[0]}"
    command = entry.load()
    with click.Context(command, info_name=words[0], resilient_parsing=True) as ctx:
        command.parse_args(ctx, words[1:])
        command.make_parser(ctx).parse_args(list(words[1:]))


def test_every_command_that_an_operator_needs_is_in_the_guide() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    for title in ("Install and run", "Upkeep"):
        for entry in CONTENTS[title]:
            assert f"tracker {entry.name}" in text


def test_the_operators_guide_works_from_an_empty_folder(tmp_path: Path) -> None:
    """Word by word, but for the folder of the backups, the secrets and what runs for ever."""
    wanted = ("init", "staff", "settings", "hooks", "backup", "restore", "migrate")
    lines = [words for where, words in commands() if where == "operating.md" and words[0] in wanted]
    assert {words[0] for words in lines} == set(wanted)
    for words in lines:
        line = " ".join(words).replace("/var/backups", str(tmp_path))
        line = line.replace("client_secret", "client_secret=x").replace("--stdin", "url=https://tea.example")
        done = run_tracker(tmp_path, *line.split())
        assert done.returncode == 0, (line, done.stderr)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"(?:`|^|&& )make ([a-z-]+)", text, re.MULTILINE):
            assert target in targets, (path.name, target)
    for needed in ("setup", "demo", "demo-reset", "test", "faults", "lint", "bench", "shots"):
        assert re.search(rf"^{needed}:.*## ", makefile, re.MULTILINE), needed


def test_every_variable_that_is_named_exists() -> None:
    known = {PREFIX + name.upper() for name in Config.model_fields} | NO_SETTINGS
    for path in DOCS:
        named = set(re.findall(r"TRACKER_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
        assert named <= known | {"TRACKER_MAIL"}, path.name


def test_the_readmes_plugin_is_ten_lines_and_works(tmp_path: Path) -> None:
    (text,) = fences(ROOT / "README.md", "python")
    assert len([line for line in text.splitlines() if line.strip()]) <= 10
    (tmp_path / "acme.py").write_text(text, encoding="utf-8")
    registry = readout.load_plugins(str(tmp_path))
    assert not registry.failures
    assert matching.match(registry, "ac 1234-5678")["candidates"][0]["carrier"] == "acme"
    assert registry.carriers["acme"].object.public_url("AC12345678") == "https://acme.example/track/AC12345678"


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs/decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for page in folder.glob("0*.md"):
        title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({page.name})" in listed
