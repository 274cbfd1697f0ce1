"""Attackers' tests see the portal as the desk's tests do: an application and signed-in browsers."""

from tests.desk.conftest import app, browse, enter, other_shop, quick_hashes

__all__ = ["app", "browse", "enter", "other_shop", "quick_hashes"]
