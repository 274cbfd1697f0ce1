"""Scaffold: the beginnings of a plugin, one folder a kind. Each is a plugin named `acme` that works as it stands."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

KINDS = ("carrier", "channel", "vocabulary", "store", "block")
LONGEST_NAME, LONGEST_LABEL = 40, 40

_HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_LABEL = re.compile(r"[^\W_]([\w .,&'()+-]*[\w.)])?")
_WORDS = re.compile(
    r"(?P<module>(?<=tracker_)acme|(?<=test_)acme)"
    r"|(?P<dashed>(?<=tracker-)acme|(?<=x-)acme|acme(?=\.example))"
    r"|(?P<camel>(?<=X-)Acme|Acme(?=[A-Z]))"
    r"|(?P<label>Acme Parcels|Acme)"
    r"|(?P<name>acme)"
)


class Refused(ValueError):
    """What was asked for cannot be written. The text says why, and what would do."""


def write_plugin(kind: str, name: str, folder: Path, label: str = "") -> list[Path]:
    """Writes a package for a plugin of a kind into `folder/tracker-<name>`, and answers its files.

    The package installs with pip and keeps its contract as it stands. `label` is what people read, made of the name
    where it is empty. Raises `Refused` for a name that cannot be one and for a folder that is there already.
    """
    label = label or " ".join(word.capitalize() for word in re.split("[_-]", name))
    _check(kind, name, label)
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder. Make it first, or name another one with --into.")
    target = folder / f"tracker-{name.replace('_', '-')}"
    if target.exists() or target.is_symlink():
        raise Refused(f"{target} is there already. Choose another name, or move it away.")
    words = _words(name, label)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-plugin-") as half:
        whole = Path(half) / "whole"
        for source in _files(_HERE / kind):
            file = whole / _rename(str(source.relative_to(_HERE / kind)), words)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_rename(_moved(source.read_text("utf-8")), words), "utf-8")
        shutil.move(whole, target)
    return sorted(_files(target))


def _check(kind: str, name: str, label: str) -> None:
    if kind not in KINDS:
        raise Refused(f"There is no kind {kind!r:.40}. There are: {', '.join(KINDS)}.")
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise Refused(
            f"{name!r:.60} cannot be a plugin's name. Use lower-case letters and digits, beginning with a letter, with "
            f"single - or _ between words, {LONGEST_NAME} characters at most: acme, or acme-express."
        )
    if len(label) > LONGEST_LABEL or not _LABEL.fullmatch(label):
        raise Refused(
            f"{label!r:.60} cannot be a label. Use letters, digits, spaces and . , & ' ( ) + -, {LONGEST_LABEL} "
            "characters at most."
        )


def _words(name: str, label: str) -> dict[str, str]:
    """What stands for the scaffold's own name, in each of the ways in which it is written there."""
    return {
        "module": name.replace("-", "_"),
        "dashed": name.replace("_", "-"),
        "camel": "".join(word.capitalize() for word in re.split("[_-]", name)),
        "label": label,
        "name": name,
    }


def _moved(text: str) -> str:
    """A file as it is linted elsewhere, where `tracker` is a library like any other."""
    text = text.replace("  # noqa: F403", "")
    return text.replace("\n\nfrom tracker.sdk", "\nfrom tracker.sdk") if "\nfrom pydantic" in text else text


def _rename(text: str, words: dict[str, str]) -> str:
    return _WORDS.sub(lambda match: words[match.lastgroup or "name"], text)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
