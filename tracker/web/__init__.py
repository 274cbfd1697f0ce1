"""The portal over HTTP. Flask is imported here and in the command line, and nowhere else."""

import pkgutil
from importlib import import_module

from flask import Blueprint, Flask

from tracker.paths import resource
from tracker.services.portal import Portal

from . import compression, errors, files, htmx, journal, rendering, security, unchanged, views
from .application import Application


def create_app(portal: Portal) -> Flask:
    """The WSGI application of one portal."""
    app = Application("tracker", static_folder=None, template_folder=str(resource("templates")))
    app.extensions["tracker"] = portal
    # An address has one spelling; a redirect to a tidier one would be a page of its own.
    app.url_map.merge_slashes = False
    app.config.update(
        SECRET_KEY=next(iter(portal.config.purpose_keys("session").values())),
        SECRET_KEY_FALLBACKS=list(portal.config.purpose_keys("session").values())[1:],
        SESSION_COOKIE_SECURE=portal.config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-tracker" if portal.config.secure else "tracker",
        # The token lives as long as the session it is bound to. The referrer is never sent (Referrer-Policy).
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    journal.init_app(app)
    security.init_app(app, portal.config)
    htmx.init_app(app)
    rendering.init_app(app)
    errors.init_app(app)
    compression.init_app(app)
    security.csrf.init_app(app)
    app.register_blueprint(files.blueprint)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    unchanged.init_app(app, portal)
    return app


def _blueprints() -> list[Blueprint]:
    names = sorted(module.name for module in pkgutil.iter_modules(views.__path__))
    return [import_module(f"{views.__name__}.{name}").blueprint for name in names]
