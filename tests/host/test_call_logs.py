"""What a plugin does wrong is told without its secrets and without people."""

import logging

import pytest

from tests.host.scripted import provider, raising
from tracker.host.errors import PluginBug
from tracker.sdk import Upstream


def test_s32_a_bug_is_logged_with_its_place_and_without_secrets(calls, ctx, caplog):
    def act(*_):
        raise ValueError("token hush-hush-canary of kim@example.com, +82 10-1234-5678")

    with caplog.at_level(logging.ERROR), pytest.raises(PluginBug) as caught:
        calls.fetch(provider(act), 1, ["1"], ctx)
    for text in (caplog.text, str(caught.value)):
        assert "[secret]" in text
        assert "[e-mail]" in text
        assert "[phone]" in text
        assert not any(canary in text for canary in ("hush", "kim@", "1234-5678"))
    assert "in act" in caplog.text
    assert caught.value.__cause__ is None


def test_s32_an_expected_error_loses_its_secrets(calls, ctx):
    with pytest.raises(Upstream) as caught:
        calls.fetch(provider(raising(Upstream("GET /?key=hush-hush-canary failed"))), 1, ["1"], ctx)
    assert str(caught.value) == "GET /?key=[secret] failed"


def test_s32_a_plugins_own_log_is_redacted_in_message_arguments_extras_and_traceback(ctx, caplog):
    with caplog.at_level(logging.INFO):
        ctx.log.info("asked %s for %s", "hush-hush-canary", {"mail": "kim@example.com"}, extra={"who": "010-1234-5678"})
        try:
            raise RuntimeError("hush-hush-canary")
        except RuntimeError:
            ctx.log.exception("failed %d", "no number")
    everything = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not any(canary in everything for canary in ("hush", "kim@", "1234"))
    assert "2026-03-02 09:00" in plugin_text("on 2026-03-02 09:00 number 1Z999AA10123456784")


def plugin_text(text):
    from tracker.host.redact import redact

    assert redact(text) == text
    return text
