"""Pictures that were drawn anew by us and are nobody else's business."""

import hashlib

from flask import Response, request

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def send(body: bytes, content_type: str, name: str, cache: str = "private, no-cache") -> Response:
    """A picture, or 304 where the reader has it already. Opened by itself it can do nothing, whatever it is.

    It may be shown by the frame of a sandbox, whose origin is nobody's; without its address nobody gets at it.
    """
    digest = hashlib.sha256(body).hexdigest()[:32]
    if request.if_none_match.contains(digest):
        response = Response(status=304)
        response.headers.remove("Content-Type")
    else:
        response = Response(body, content_type=content_type)
        response.headers["Content-Disposition"] = f"inline; filename={name}.{content_type.rpartition('/')[2]}"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = cache
    response.set_etag(digest)
    return response
