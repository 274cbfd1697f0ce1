"""Static files: held in memory with their compressed form, under names that change with their content."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from tracker.paths import resource

blueprint = Blueprint("files", __name__)
SHEETS = ("portal.css", "page.css", "print.css")
SCRIPTS = ("vendor/htmx-4.0.1.min.js", "tracking.js")
LIVE = "live.js"
"""The name of all `SCRIPTS` in one file, so that a page asks once."""
FOR_GOOD = "public, max-age=31536000, immutable"
_TEXT = ("text/", "application/javascript", "image/svg+xml", "application/json")


@dataclass(frozen=True, slots=True)
class File:
    """A file ready to be sent. `packed` is empty where compressing it would be useless."""

    body: bytes
    packed: bytes
    mimetype: str
    digest: str

    @property
    def etag(self) -> str:
        return f'W/"{self.digest}"'


def address(name: str) -> str:
    """The URL of a file in `static/`, with its digest in it. Raises `KeyError` for a file that is not there."""
    stem, _, suffix = name.rpartition(".")
    return f"/static/{stem}.{_files()[name].digest}.{suffix}"


def load(name: str) -> File:
    """A file of `static/`. Raises `KeyError`."""
    return _files()[name]


@lru_cache(maxsize=1)
def sheet() -> File:
    """The style sheet of every public page: all of `SHEETS` in one, so that a page asks once."""
    return _read(b"\n".join(load(name).body for name in SHEETS), "portal.css")


def pack(body: bytes) -> bytes:
    """The body, gzipped; the same bytes for the same body."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def send(body: bytes, packed: bytes, mimetype: str, etag: str, cache: str) -> Response:
    """The body or its compressed form, or 304 where the reader has it already."""
    if request.if_none_match.contains_weak(etag.removeprefix("W/").strip('"')):
        response = Response(status=304)
        response.headers.remove("Content-Type")
    else:
        use_packed = bool(packed) and request.accept_encodings.quality("gzip") > 0
        response = Response(packed if use_packed else body, mimetype=mimetype)
        if use_packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    return response


@blueprint.get("/static/<path:name>")
def show(name: str) -> ResponseReturnValue:
    """A file, for good under its own digest; an outdated digest gets today's file, to be asked for again."""
    stem, _, suffix = name.rpartition(".")
    plain, _, digest = stem.rpartition(".")
    files = _files()
    file = files.get(f"{plain}.{suffix}") or files.get(name)
    if file is None:
        abort(404)
    cache = FOR_GOOD if digest == file.digest else "public, no-cache"
    return make_response(send(file.body, file.packed, file.mimetype, file.etag, cache))


@lru_cache(maxsize=1)
def _files() -> dict[str, File]:
    root = resource("static")
    paths = [path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")]
    files = {path.relative_to(root).as_posix(): _read(path.read_bytes(), path.name) for path in paths}
    files[LIVE] = _read(b"\n".join(files[name].body for name in SCRIPTS), LIVE)
    return files


def _read(body: bytes, name: str) -> File:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        mimetype = "text/javascript"
    packed = gzip.compress(body, 9, mtime=0) if mimetype.startswith(_TEXT) else b""
    return File(body, packed, mimetype, hashlib.sha256(body).hexdigest()[:12])
