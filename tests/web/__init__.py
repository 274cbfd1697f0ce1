"""What a browser, a sender of webhooks and an attacker get over HTTP."""
