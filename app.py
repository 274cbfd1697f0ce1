"""The WSGI entry: `gunicorn app:app`."""

from tracker.config import load_config
from tracker.services import logs
from tracker.services.portal import WEB_PATIENCE, open_portal
from tracker.web import create_app

logs.configure("web")
app = create_app(open_portal(load_config(), patience=WEB_PATIENCE))
