"""Trials: the settings of a plugin put to the test by the worker, so that no page waits on a network."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.host.errors import Barred, PluginBug, Resting, SettingsMissing
from tracker.host.registry import Provider
from tracker.sdk import Carrier, Channel, PluginError, StoreConnector
from tracker.store import trials as rows
from tracker.store.audit import append_audit
from tracker.store.database import transaction, writing
from tracker.store.shops import Shop

from . import heartbeat
from .portal import Portal
from .switches import chain_of

TOPIC = "trial"
PATIENCE = timedelta(minutes=2)
"""After this time without an answer the test may be asked for again."""
BASES: tuple[type[Any], ...] = (Carrier, Channel, StoreConnector)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one provider: `kind` is empty where all is well, else that of the error, and `said` its words."""

    provider: str
    kind: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class TrialFile:
    """The last test. Without `answered_at` it is under way; `slow` says that nobody seems to be at it."""

    asked_at: datetime
    answered_at: datetime | None
    findings: tuple[Finding, ...]
    slow: bool = False


def ask(portal: Portal, shop: Shop, plugin: str, actor: str) -> bool:
    """Has the worker test a plugin's settings; False where a test is under way or there is nothing to test."""
    if not find_testable(portal, plugin):
        return False
    now = portal.now()
    with writing(shop.id):
        last = rows.find_trial(shop.id, plugin)
        if last is not None and last.answered_at is None and now - last.asked_at < PATIENCE:
            return False
        key = f"{TOPIC}:{shop.id}:{plugin}:{secrets.token_hex(8)}"
        rows.begin_trial(shop.id, plugin, key, now)
        append_audit(shop.id, chain_of(plugin), now, actor, "tested", {})
        portal.owe(TOPIC, key, {"shop": shop.id, "plugin": plugin})
    return True


def run(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Tests everything of a plugin that can be tested, and keeps what was found. It is tried once: somebody waits."""
    shop, plugin = int(payload["shop"]), str(payload["plugin"])
    findings = [_test(portal, shop, provider) for provider in find_testable(portal, plugin)]
    kept = [{"provider": one.provider, "kind": one.kind, "said": one.said} for one in findings]
    with transaction():
        rows.end_trial(shop, plugin, key, kept, portal.now())


def find_latest(portal: Portal, shop: Shop, plugin: str) -> TrialFile | None:
    """The last test of a plugin in a shop, under way or answered."""
    row = rows.find_trial(shop.id, plugin)
    if row is None:
        return None
    waits = portal.now() - row.asked_at
    slow = row.answered_at is None and (waits > PATIENCE or not heartbeat.is_alive(portal))
    return TrialFile(row.asked_at, row.answered_at, tuple(Finding(**one) for one in row.findings), slow)


def find_testable(portal: Portal, plugin: str) -> list[Provider[Any]]:
    """What of a plugin can be tested."""
    return [provider for provider in portal.registry.providers(plugin) if _has_probe(provider.object)]


def _test(portal: Portal, shop: int, provider: Provider[Any]) -> Finding:
    try:
        ctx = portal.contexts.make(shop, provider.plugin, worker=True)
        portal.calls.probe(provider, shop, ctx)
    except SettingsMissing as error:
        return Finding(provider.key, "settings", ", ".join(error.fields))
    except Resting as error:
        return Finding(provider.key, "resting", str(error))
    except Barred as error:
        return Finding(provider.key, "barred", str(error))
    except (PluginError, PluginBug) as error:
        return Finding(provider.key, error.kind, str(error)[:300])
    return Finding(provider.key)


def _has_probe(one: object) -> bool:
    return any(isinstance(one, base) and type(one).probe is not base.probe for base in BASES)
