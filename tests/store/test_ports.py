"""The rows behind the plugin host's protocols."""

import json
import threading
from datetime import timedelta
from typing import get_type_hints

import pytest

from tracker.host import ports as host_ports
from tracker.host.memory import in_memory_ports
from tracker.host.secrets import SecretBox
from tracker.store import kept, ports
from tracker.store.database import transaction
from tracker.store.kept import Kept

BOX = SecretBox(["k" * 32])
MINUTE = timedelta(minutes=1)


def _store_ports():
    return host_ports.Ports(
        ports.BreakerRows(host_ports.BreakerState),
        ports.MemoryRows(),
        ports.TokenRows(BOX.seal, BOX.open, poll_seconds=0.01),
        ports.RateRows(),
        ports.SettingRows(BOX.seal, BOX.open),
    )


@pytest.fixture(params=["memory", "store"])
def every(request, database):
    """Both fulfilments of the protocols, so that tests with one behave as the portal does with the other."""
    return in_memory_ports() if request.param == "memory" else _store_ports()


@pytest.mark.parametrize(("field", "protocol"), get_type_hints(host_ports.Ports).items())
def test_the_rows_fit_what_the_host_declares(field, protocol):
    rows = type(getattr(_store_ports(), field))
    for name in (name for name in vars(protocol) if not name.startswith("_")):
        declared, written = getattr(protocol, name).__code__, getattr(rows, name).__code__
        assert written.co_varnames[: written.co_argcount] == declared.co_varnames[: declared.co_argcount], name


def test_a_provider_rests_after_a_row_of_failures_and_gets_one_try(every, clock):
    breakers = every.breakers
    for n in range(1, 5):
        state = breakers.fail(1, "carrier:ups", clock(), 5, MINUTE)
        assert (state.failures, state.rests_until) == (n, None)
    assert breakers.fail(1, "carrier:ups", clock(), 5, MINUTE).rests_until == clock() + MINUTE
    assert not breakers.try_again(1, "carrier:ups", clock(), MINUTE)
    clock.advance(seconds=60)
    assert [breakers.try_again(1, "carrier:ups", clock(), MINUTE) for _ in range(3)] == [True, False, False]
    assert breakers.state(2, "carrier:ups").failures == 0
    breakers.succeed(1, "carrier:ups")
    assert breakers.state(1, "carrier:ups").failures == 0


def test_memory_is_apart_for_each_shop_plugin_and_key(every, clock):
    memory = every.memory
    memory.set(1, "a", "b:c", '"one"', None)
    memory.set(1, "a:b", "c", '"two"', None)
    memory.set(2, "a", "b:c", '"three"', None)
    assert memory.get(1, "a", "b:c", clock()) == '"one"'
    memory.set(1, "a", "b:c", '"new"', clock() + MINUTE)
    assert memory.get(1, "a", "b:c", clock()) == '"new"'
    assert memory.get(1, "a", "b:c", clock.advance(seconds=60)) is None
    memory.delete(1, "a:b", "c")
    assert memory.get(1, "a:b", "c", clock()) is None
    assert memory.get(2, "a", "b:c", clock()) == '"three"'


def test_long_keys_are_kept_apart(database, clock):
    memory = ports.MemoryRows()
    memory.set(1, "plugin", "k" * 500 + "a", "1", None)
    memory.set(1, "plugin", "k" * 500 + "b", "2", None)
    assert memory.get(1, "plugin", "k" * 500 + "a", clock()) == "1"
    assert max(len(row.name) for row in Kept.select()) <= 200


def test_a_token_is_made_once_and_kept_until_it_ends(every, clock):
    made = []

    def make():
        made.append(1)
        return f"token-{len(made)}", 3600.0

    assert every.tokens.token(1, "ups", "oauth", clock(), make) == "token-1"
    assert every.tokens.token(1, "ups", "oauth", clock.advance(minutes=58), make) == "token-1"
    assert every.tokens.token(1, "ups", "oauth", clock.advance(minutes=2), make) == "token-2"
    assert every.tokens.token(2, "ups", "oauth", clock(), make) == "token-3"


def test_ten_threads_make_one_token(database, clock):
    tokens, made, got = _store_ports().tokens, [], []

    def make():
        made.append(1)
        threading.Event().wait(0.2)
        return "t", 600.0

    def ask():
        got.append(tokens.token(1, "ups", "oauth", clock(), make))
        database.close_thread()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), got) == (1, ["t"] * 10)


def test_a_maker_that_fails_lets_the_next_one_try(every, clock):
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        every.tokens.token(1, "ups", "oauth", clock(), fail)
    assert every.tokens.token(1, "ups", "oauth", clock(), lambda: ("t", 60.0)) == "t"


def test_a_maker_that_died_is_waited_for_no_longer_than_its_lease(database, clock):
    assert kept.lock(kept.name_of("token", 1, "ups", "oauth"), "dead", clock(), clock() + MINUTE)
    clock.advance(seconds=61)
    assert _store_ports().tokens.token(1, "ups", "oauth", clock(), lambda: ("t", 60.0)) == "t"


def test_r24_a_maker_from_before_the_clock_was_set_back_is_not_waited_for(database, clock):
    name = kept.name_of("token", 1, "ups", "oauth")
    assert kept.lock(name, "first", clock(), clock() + MINUTE)
    assert not kept.lock(name, "second", clock() - MINUTE, clock())
    clock.advance(hours=-1)
    assert kept.lock(name, "second", clock(), clock() + MINUTE)
    kept.unlock(name, "first")
    assert not kept.lock(name, "third", clock(), clock() + MINUTE)


def test_tokens_are_unreadable_in_the_table_and_made_anew_under_another_key(database, clock):
    _store_ports().tokens.token(1, "ups", "oauth", clock(), lambda: ("very-secret", 600.0))
    assert "very-secret" not in Kept.get().value
    other = SecretBox(["z" * 32])
    assert ports.TokenRows(other.seal, other.open).token(1, "ups", "oauth", clock(), lambda: ("new", 60.0)) == "new"


def test_a_token_is_refused_inside_a_transaction(database, clock):
    with transaction(), pytest.raises(RuntimeError, match="outside of a transaction"):
        _store_ports().tokens.token(1, "ups", "oauth", clock(), lambda: ("t", 60.0))


def test_a_rate_lets_through_so_many_in_a_window(every, clock):
    rates = every.rates
    assert [rates.take(1, "find:1.2.3.4", 3, MINUTE, clock()) for _ in range(3)] == [0, 0, 0]
    clock.advance(seconds=15)
    assert rates.take(1, "find:1.2.3.4", 3, MINUTE, clock()) == 45
    assert rates.take(2, "find:1.2.3.4", 3, MINUTE, clock()) == 0
    assert rates.take(1, "find:1.2.3.4", 3, MINUTE, clock.advance(seconds=45)) == 0


def test_r24_a_rate_does_not_block_after_the_clock_was_set_back(database, clock):
    rates = ports.RateRows()
    assert rates.take(1, "k", 1, MINUTE, clock()) == 0
    assert rates.take(1, "k", 1, MINUTE, clock.advance(hours=-1)) == 0


def test_threads_share_one_rate(database, clock):
    rates, got = ports.RateRows(), []

    def take():
        got.extend(rates.take(1, "k", 25, MINUTE, clock()) for _ in range(10))
        database.close_thread()

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(0.0) == 25


def test_settings_are_sealed_and_belong_to_one_shop(shop, clock):
    settings = _store_ports().settings
    assert settings.load(shop.id, "ups") == {}
    settings.save(shop.id, "ups", {"client": "old"}, clock())
    settings.save(shop.id, "ups", {"client": "id", "secret": "hush"}, clock())
    assert settings.load(shop.id, "ups") == {"client": "id", "secret": "hush"}
    assert settings.load(shop.id + 1, "ups") == {}
    row = ports.PluginSetting.get()
    assert "hush" not in row.sealed
    assert json.loads(BOX.open(row.sealed))["secret"] == "hush"


def test_what_expired_is_purged(database, clock):
    kept.write("a", "1", clock() + MINUTE)
    kept.write("b", "2", None)
    ports.RateRows().take(1, "k", 1, MINUTE, clock())
    later = clock() + timedelta(days=2)
    assert kept.purge_kept(later, later - timedelta(days=1)) == 2
    assert [row.name for row in Kept.select()] == ["b"]
