"""The files behind imports: checked and copied into the instance folder as plain UTF-8, and read from there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tracker.domain.csv_problems import BadFile
from tracker.domain.csv_rows import Header, read_header
from tracker.domain.csv_text import HEAD, check_kind, detect_encoding, transcode

from .portal import Portal

LARGEST = 50_000_000
"""Bytes of an uploaded file: about half a million rows."""


def stage(portal: Portal, source: Path) -> tuple[Path, Header]:
    """A checked copy of a file, and its header. Raises `BadFile`, and then nothing is left behind."""
    folder = _folder(portal)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{secrets.token_hex(16)}.csv"
    try:
        _copy(source, target)
        with target.open("rb") as stream:
            return target, read_header(stream)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _copy(source: Path, target: Path) -> None:
    if source.stat().st_size > LARGEST:
        raise BadFile("too_large", limit=str(LARGEST // 1_000_000))
    with source.open("rb") as stream:
        check_kind(stream.read(HEAD))
    encoding = detect_encoding(_pieces(source))
    with open(target, "xb", opener=_private) as copy:
        for piece in transcode(_pieces(source), encoding):
            copy.write(piece)


def _pieces(source: Path) -> Iterator[bytes]:
    """The file, piece by piece. A file that grows meanwhile, or has no true size, is bounded here again."""
    read = 0
    with source.open("rb") as stream:
        while piece := stream.read(HEAD):
            read += len(piece)
            if read > LARGEST:
                raise BadFile("too_large", limit=str(LARGEST // 1_000_000))
            yield piece


def _folder(portal: Portal) -> Path:
    return portal.config.instance.absolute() / "imports"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def discard(path: Path) -> None:
    """Removes a staged file; it holds what customers bought."""
    with suppress(OSError):
        path.unlink()


def discard_old(portal: Portal, before: datetime) -> None:
    """Removes the files staged before an instant: those of imports that were given up, or killed before they began."""
    for path in _folder(portal).glob("*.csv"):
        with suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


def count_lines(path: Path, end: int) -> int:
    """The line, counted from 1, that begins at the offset `end`."""
    lines, left = 1, end
    with path.open("rb") as stream:
        while left and (piece := stream.read(min(left, HEAD))):
            lines += piece.count(b"\n")
            left -= len(piece)
    return lines
