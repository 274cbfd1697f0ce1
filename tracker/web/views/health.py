"""Whether the process lives, and whether it can work."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from tracker.services import pages
from tracker.web.current import portal

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    """200 as long as this process answers; asks nobody else."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readiness() -> ResponseReturnValue:
    """200 when orders can be shown and taken in, else 503; either way what was looked at."""
    checks = pages.check_readiness(portal())
    ready = all(value in ("ok", "unknown") for value in checks.values())
    return jsonify(status="ok" if ready else "unavailable", checks=checks), 200 if ready else 503
