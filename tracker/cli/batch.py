"""JSON lines in, JSON lines out."""

import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from tracker.services.readout import LONGEST_LINE

PIECE = 1 << 16


def answer_lines(answer: Callable[[bytes], str]) -> None:
    """Answers each line of standard input with one line on standard output, in order; empty lines are passed over."""
    out = sys.stdout.buffer
    for lines in _arrivals(sys.stdin.buffer):
        out.write(b"".join(answer(line).encode("utf-8", "replace") + b"\n" for line in lines if line.strip()))
        # Whoever asks line by line waits for this answer before the next question.
        out.flush()


def _arrivals(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines, as many as have arrived; of one that is too long only as much as shows that it is."""
    begun: list[bytes] = []
    size = 0
    while piece := _read(stream):
        whole, newline, rest = piece.rpartition(b"\n")
        if newline:
            yield [line[: LONGEST_LINE + 1] for line in b"".join((*begun, whole)).split(b"\n")]
            begun, size = [], 0
        if size <= LONGEST_LINE:
            begun.append(rest)
            size += len(rest)
    if size:
        yield [b"".join(begun)[: LONGEST_LINE + 1]]


def _read(stream: BinaryIO) -> bytes:
    """What has arrived, at least a byte; nothing at the end."""
    return stream.read1(PIECE)  # type: ignore[attr-defined,no-any-return]
