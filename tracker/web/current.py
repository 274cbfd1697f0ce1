"""What a view works with: the portal behind the running application."""

from typing import cast

from flask import current_app

from tracker.services.portal import Portal


def portal() -> Portal:
    """The composition root that `create_app` was given."""
    return cast(Portal, current_app.extensions["tracker"])
