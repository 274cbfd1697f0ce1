"""Delimited text: what kind of file it is, in which encoding, and its records one by one in bounded memory."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .csv_problems import BadFile

LONGEST_RECORD = 65_536
"""Bytes of one record; a line of a real shipment file has some hundred."""
MOST_LINES = 50
"""Line ends inside the quotation marks of one record."""
HEAD = 65_536
_KINDS = (
    (b"PK\x03\x04", "Excel or ZIP"),
    (b"\xd0\xcf\x11\xe0", "Excel"),
    (b"\x1f\x8b", "GZIP"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"7z\xbc\xaf", "7-Zip"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESSES = ("utf-8", "cp949")
LAST_RESORT = "cp1252"


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `line` is its first line, counted from 1, `end` the offset of the byte after it.

    `fault` is a reason of `csv_problems` where the record could not be read; then it has no cells.
    """

    line: int
    end: int
    cells: tuple[str, ...] = ()
    fault: str = ""


def check_kind(head: bytes) -> None:
    """Raises `BadFile` for the first bytes of what is not text: spreadsheets, archives, pictures, nothing at all."""
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise BadFile("empty")
    for magic, kind in _KINDS:
        if head.startswith(magic):
            raise BadFile("spreadsheet", kind=kind)
    if _marked(head) or _wide(head):
        return
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if controls * 50 > len(head):
        raise BadFile("binary")


def detect_encoding(chunks: Iterable[bytes]) -> str:
    """The encoding of a whole text, by its mark, else by what decodes it without an error. Reads to the end."""
    head, decoders = b"", [codecs.getincrementaldecoder(name)("strict") for name in _GUESSES]
    names = list(_GUESSES)
    for chunk in chunks:
        if not head:
            head = chunk[:HEAD]
            if marked := _marked(head) or _wide(head):
                return marked
        alive = [_decodes(decoder, chunk) for decoder in decoders]
        names = [name for name, good in zip(names, alive, strict=True) if good]
        decoders = [decoder for decoder, good in zip(decoders, alive, strict=True) if good]
    ended = [name for name, decoder in zip(names, decoders, strict=True) if _decodes(decoder, b"", final=True)]
    return ended[0] if ended else LAST_RESORT


def transcode(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The same text in UTF-8 with one kind of line end, piece by piece. Broken characters become U+FFFD."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def read_records(stream: BinaryIO, delimiter: str, offset: int = 0, line: int = 1) -> Iterator[Record]:
    """The records of a UTF-8 stream from `offset` on, which is the begin of line `line`. Blank ones are left out.

    A record that cannot be read costs its first line; reading goes on with the next.
    """
    stream.seek(offset)
    while True:
        taken: list[bytes] = []
        cells, fault = _read_one(stream, delimiter, taken)
        if not taken:
            return
        if fault:
            size, ended = _skip_line(stream, offset, taken[0])
            record = Record(line, offset + size, fault=fault)
            offset, line = offset + size, line + 1
            yield record
            if ended:
                return
            continue
        record = Record(line, offset + sum(map(len, taken)), cells)
        offset, line = record.end, line + len(taken)
        if any(cell.strip() for cell in cells):
            yield record


def _read_one(stream: BinaryIO, delimiter: str, taken: list[bytes]) -> tuple[tuple[str, ...], str]:
    try:
        cells = next(csv.reader(_take(stream, taken), delimiter=delimiter, strict=True), None)
    except _TooLong:
        return (), "long_line" if len(taken) == 1 else "open_quote"
    except csv.Error:
        return (), "open_quote"
    return tuple(cells or ()), ""


def _take(stream: BinaryIO, taken: list[bytes]) -> Iterator[str]:
    size = 0
    while raw := stream.readline(LONGEST_RECORD + 1):
        taken.append(raw)
        size += len(raw)
        if size > LONGEST_RECORD or len(taken) > MOST_LINES:
            raise _TooLong
        yield raw.decode("utf-8", "replace")


def _skip_line(stream: BinaryIO, offset: int, first: bytes) -> tuple[int, bool]:
    """Goes to the end of the line that begins at `offset`; its length in bytes, and whether the file ends there."""
    stream.seek(offset + len(first))
    size, piece = len(first), first
    while not piece.endswith(b"\n"):
        piece = stream.readline(LONGEST_RECORD)
        if not piece:
            return size, True
        size += len(piece)
    return size, False


class _TooLong(Exception):
    pass


def _marked(head: bytes) -> str:
    return next((name for mark, name in _BOMS if head.startswith(mark)), "")


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of its plain part is zero."""
    even, odd = head[0:2000:2], head[1:2000:2]
    if odd and odd.count(0) * 10 > len(odd) * 4 and even.count(0) * 10 < len(even):
        return "utf-16-le"
    if even and even.count(0) * 10 > len(even) * 4 and odd.count(0) * 10 < len(odd):
        return "utf-16-be"
    return ""


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
