"""The context a plugin gets: its own settings, memory, words and, in the worker alone, a way out."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from pydantic import BaseModel, SecretStr

from tracker import i18n
from tracker.host.context import ContextMaker
from tracker.host.errors import SettingsMissing
from tracker.host.memory import in_memory_ports
from tracker.sdk import AuthFailed

SETTINGS = """
from pydantic import BaseModel, SecretStr
from tracker.sdk import Plugin

class Keys(BaseModel):
    client: str
    secret: SecretStr
    sandbox: bool = False

PLUGIN = Plugin(name="alpha", label="A", version="1", settings=Keys)
"""
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Hello"
msgstr "{}"
"""


@pytest.fixture
def registry(shed):
    shed.write("alpha.py", SETTINGS)
    shed.good("beta")
    shed.write("alpha/translations/ko/LC_MESSAGES/messages.po", PO.format("안녕"))
    shed.write("beta/translations/ko/LC_MESSAGES/messages.po", PO.format("반가워요"))
    return shed.load()


@pytest.fixture
def make(registry, clock):
    ports = in_memory_ports({(1, "alpha"): {"client": "me", "secret": "hush"}, (2, "alpha"): {"secret": "hush"}})
    return ContextMaker(registry, ports, SimpleNamespace, SimpleNamespace, clock).make


def test_settings_come_typed(make):
    settings = make(1, "alpha").settings
    assert (settings.client, settings.secret.get_secret_value(), settings.sandbox) == ("me", "hush", False)


def test_changed_settings_are_seen_by_the_next_call(registry, clock):
    kept = {(1, "alpha"): {"client": "me", "secret": "hush"}}
    make = ContextMaker(registry, in_memory_ports(kept), clock=clock).make
    before = make(1, "alpha").settings
    kept[1, "alpha"]["client"] = "you"
    assert (before.client, make(1, "alpha").settings.client) == ("me", "you")


def test_what_a_plugin_writes_into_its_settings_is_gone_with_its_call(make):
    make(1, "alpha").settings.client = "somebody else"
    assert make(1, "alpha").settings.client == "me"


def test_values_just_read_are_not_read_again(registry, clock):
    make = ContextMaker(registry, in_memory_ports({}), clock=clock).make
    assert make(1, "alpha", values={"client": "given", "secret": "hush"}).settings.client == "given"


def test_s32_missing_settings_are_named_and_no_value_is_told(make):
    with pytest.raises(SettingsMissing) as caught:
        make(2, "alpha")
    assert caught.value.fields == ("client",)
    assert isinstance(caught.value, AuthFailed)
    assert "hush" not in str(caught.value)
    with pytest.raises(SettingsMissing, match="client, secret"):
        make(3, "alpha")


def test_the_network_is_open_in_the_worker_alone(make):
    page, worker = make(1, "alpha"), make(1, "alpha", worker=True)
    assert (page.http, page.mail) == (None, None)
    assert worker.http is not None
    assert worker.mail is not None
    with pytest.raises(RuntimeError, match="worker"):
        page.worker_http()


def test_each_plugin_speaks_with_its_own_words(make):
    assert make(1, "alpha", locale="ko").gettext("Hello") == "안녕"
    assert make(1, "beta", locale="ko_KR").gettext("Hello") == "반가워요"
    assert make(1, "beta", locale="de").gettext("Hello") == "Hello"


@pytest.mark.parametrize("locale", ["../../etc", "ko/../ko", "", "x" * 100_000, "ko\x00", "한"])
def test_s31_a_locale_that_is_none_is_the_default(make, locale):
    assert make(1, "alpha", locale=locale).gettext("Hello") == "Hello"


def test_memory_is_apart_per_plugin_and_shop_and_expires(make, clock):
    memory = make(1, "alpha").memory
    memory.set("cursor", {"page": 2}, expires=clock() + timedelta(minutes=1))
    assert memory.get("cursor") == {"page": 2}
    assert make(1, "beta").memory.get("cursor") is None
    clock.advance(minutes=2)
    assert memory.get("cursor") is None
    memory.set("cursor", 1)
    memory.delete("cursor")
    assert memory.get("cursor") is None


@pytest.mark.parametrize("value", ["x" * 70_000, float("nan")])
def test_memory_refuses_what_is_no_small_json(make, value):
    with pytest.raises(ValueError, match=r"memory|JSON|Out of range"):
        make(1, "alpha").memory.set("a", value)


@pytest.mark.parametrize("key", ["", "x" * 121, 5])
def test_memory_keys_are_short_texts(make, key):
    with pytest.raises(ValueError, match="key"):
        make(1, "alpha").memory.get(key)


def test_a_token_is_made_once_until_it_expires(make, clock):
    made = []

    def token():
        made.append(1)
        return f"t{len(made)}", 60.0

    memory = make(1, "alpha").memory
    assert [memory.token("oauth", token), memory.token("oauth", token)] == ["t1", "t1"]
    clock.advance(seconds=61)
    assert memory.token("oauth", token) == "t2"


@pytest.mark.parametrize(("life", "days"), [(999_999_999_999.0, 366), (float("inf"), 366), (-5.0, 0)])
def test_r10_a_token_that_is_said_to_live_for_ever_is_made_anew_one_day(make, clock, life, days):
    made = []
    memory = make(1, "alpha").memory

    def token():
        made.append(1)
        return "t", life

    memory.token("oauth", token)
    clock.advance(days=max(days - 1, 0))
    memory.token("oauth", token)
    assert len(made) == (1 if days else 2)
    clock.advance(days=2)
    memory.token("oauth", token)
    assert len(made) == (2 if days else 3)


def test_rates_are_granted_up_to_the_limit(clock):
    rates = in_memory_ports().rates
    assert [rates.take(1, "ups", 2, timedelta(seconds=10), clock()) for _ in range(3)] == [0, 0, 10]
    assert rates.take(2, "ups", 2, timedelta(seconds=10), clock()) == 0
    clock.advance(seconds=11)
    assert rates.take(1, "ups", 2, timedelta(seconds=10), clock()) == 0


def test_secrets_are_found_however_deep():
    from tracker.host.redact import secrets_of

    class Inner(BaseModel):
        key: SecretStr = SecretStr("inner")

    class Outer(BaseModel):
        inner: list[Inner] = [Inner()]
        more: dict[str, SecretStr] = {"a": SecretStr("longer-one")}

    assert secrets_of(Outer()) == ["longer-one", "inner"]


CORE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Delivered"
msgstr "{0}"

msgctxt "day and time"
msgid "%(day)s, %(time)s"
msgstr "{0}"

msgid "Hello"
msgstr "{0}"
"""


@pytest.mark.parametrize("locale", ["de", "ar", "ko"])
def test_a_plugin_speaks_its_own_words_and_changes_none_of_the_portals(shed, clock, locale):
    before = _say_all()
    shed.good("loud")
    shed.good("quiet")
    shed.write(f"loud/translations/{locale}/LC_MESSAGES/messages.po", CORE.format("LOUD"))
    make = ContextMaker(shed.load(), in_memory_ports(), SimpleNamespace, SimpleNamespace, clock).make
    assert make(1, "loud", locale=locale).gettext("Delivered") == "LOUD"
    assert make(1, "loud", locale="en").gettext("Delivered") == "Delivered"
    assert make(1, "quiet", locale=locale).gettext("Delivered") == "Delivered", "not another plugin's, nor the portal's"
    assert _say_all() == before
    with i18n.speak(locale):
        assert i18n.gettext("Hello") == "Hello"
        assert "LOUD" not in i18n.pgettext("day and time", "%(day)s, %(time)s")


def _say_all():
    found = []
    for language in i18n.locales():
        with i18n.speak(language):
            found.append((i18n.gettext("Delivered"), i18n.pgettext("day and time", "%(day)s, %(time)s")))
    return found
