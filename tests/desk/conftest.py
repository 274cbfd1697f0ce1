"""The desk's tests: an application, and people who are signed in to it as a browser would be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.portals import make_shop
from tracker.services import staff
from tracker.services.portal import Portal
from tracker.store.shops import Shop
from tracker.web import create_app

PASSWORD = "a long enough password"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A browser of one person: keeps cookies, and sends a form with the token of the page before it."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        response = self.client.get(path, **options)
        if response.mimetype == "text/html" and (found := _TOKEN.search(response.get_data(as_text=True))):
            self.token = found[1]
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})}, **options)

    def sign_in(self, email: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        self.get("/desk/sign-in")
        return self.post("/desk/sign-in", {"email": email, "password": password, **more})


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little: the tests make hundreds."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(portal: Portal) -> Flask:
    return create_app(portal)


@pytest.fixture
def browse(app: Flask) -> Callable[[], Browser]:
    """Makes browsers that nobody has signed in with."""
    return lambda: Browser(app.test_client())


@pytest.fixture
def enter(portal: Portal, app: Flask) -> Callable[..., Browser]:
    """Makes a person with a role in a shop, and their signed-in browser."""

    def make(shop: Shop, role: str = "owner", email: str = "") -> Browser:
        email = email or f"{role}@{shop.slug}.example"
        person = staff.create(portal, email, PASSWORD, role.title())
        staff.grant(portal, shop.id, person.id, role)
        browser = Browser(app.test_client())
        assert browser.sign_in(email).status_code == 303
        browser.get("/desk/me")
        return browser

    return make


@pytest.fixture
def other_shop(portal: Portal) -> Shop:
    """A second shop, for what must not leak into it."""
    return make_shop(portal, "other", name="Other Shop")
