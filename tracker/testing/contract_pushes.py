"""What a carrier or store promises at the door: nothing comes in that does not prove where it comes from."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tracker.host.results import check_verdict
from tracker.sdk import InboundRequest, Verdict

from .hostile import HEADERS, NONSENSE
from .made_up import SECRET
from .purity import impurities
from .readings import expected_file, read_expected
from .subjects import Subject

__all__ = [
    "test_judging_a_request_is_pure",
    "test_nobody_comes_in_without_the_secret",
    "test_nonsense_at_the_door_is_refused_and_never_raises",
    "test_what_is_proved_comes_in_and_what_was_changed_does_not",
]

_PREFIXES = ("", "sha256=", "hmac-sha256-hex=", "v1=", "v0=")


class _Ears(dict[str, str]):
    """Headers that remember what was looked for."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        super().__init__(values or {})
        self.heard: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.heard.append(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self.heard.append(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.heard.append(str(key))
        return super().__contains__(key)


def test_nobody_comes_in_without_the_secret(judge: Subject) -> None:
    """A shop that has set no secret has a closed door: an HMAC under an empty key can be made by anybody."""
    for body in _bodies(judge):
        names = _listened_for(judge, body)
        empty = [_signature(value, prefix) for value in _digests(b"", body) for prefix in _PREFIXES]
        for value in ("", "x", "Bearer ", "Basic Og==", *empty):
            request = InboundRequest(dict.fromkeys(names, value), body)
            verdict = _judge(judge, request, secrets=False)
            assert not verdict.valid, (
                f"{judge.id} let {body[:40]!r} in though no secret is set (header {names or 'none'}: {value[:40]!r}). "
                "signed(...) and same(...) are False without a secret; ask them, and refuse what they refuse."
            )


def test_nonsense_at_the_door_is_refused_and_never_raises(judge: Subject) -> None:
    """Strangers send what they like: `verify` answers a `Verdict` to all of it."""
    for name, body in {**NONSENSE, **{f"sample {n}": body for n, body in enumerate(_bodies(judge))}}.items():
        names = _listened_for(judge, body)
        for value in (None, *HEADERS):
            request = InboundRequest({} if value is None else dict.fromkeys(names, value), body)
            verdict = _judge(judge, request)
            assert not verdict.valid, (
                f"{judge.id} let {name} in with {'no header' if value is None else f'the header {value[:40]!r}'}: only "
                "what carries the secret, or a signature made with it, may come in"
            )


def test_what_is_proved_comes_in_and_what_was_changed_does_not(judge: Subject) -> None:
    """The sender's own proof is taken; another body, another secret, or no proof at all is not."""
    spelled = [name for name in _listened_for(judge, _bodies(judge)[0]) if name != name.lower()]
    assert not spelled, f"{judge.id} looks for the header {spelled[0]}: request.headers has names in lower case alone"
    proved = list(_proved(judge))
    assert proved, (
        f"{judge.id} verifies, but nothing shows that it ever lets anybody in. Write into the reading of a pushed "
        'sample what proves it: {"mode": "push", "headers": {"x-signature": "..."}, "settings": {"push_secret": "..."}}'
        ' with a secret made up by you, or "known": true where the sender signs nothing.'
    )
    for request, given, where in proved:
        assert _judge(judge, request, given).valid, (
            f"{where}: {judge.id} refused what carries the proof. Where verify is right, sign the sample anew: "
            "every byte counts, the last line break too"
        )
        if request.known:
            stranger = replace(request, known=False)
            assert not _judge(judge, stranger, given).valid, f"{where}: {judge.id} let it in at any address (known)"
            continue
        bare = replace(request, headers={})
        assert not _judge(judge, bare, given).valid, f"{where}: {judge.id} let it in without its headers"
        other = {name: _other(value) for name, value in given.items()}
        assert not _judge(judge, request, other).valid, f"{where}: {judge.id} let it in under another secret"
        if not _tells_the_secret(request, given):
            for body in (request.body + b" ", request.body.swapcase() + b"!", b""):
                changed = replace(request, body=body)
                assert not _judge(judge, changed, given).valid, (
                    f"{where}: {judge.id} let a changed body in under the signature of another: sign request.body"
                )


def test_judging_a_request_is_pure(judge: Subject) -> None:
    """`verify` holds up somebody who waits: it looks at no file, no network, and no clock but `ctx.now`."""
    for request, given, _ in _proved(judge):
        found = impurities(partial(_judge, judge, request, given))
        assert not found, f"{judge.id}: verify reaches for {', '.join(found)}. Judge by the request and ctx (ctx.now)."


def _judge(
    judge: Subject, request: InboundRequest, given: Mapping[str, Any] | None = None, *, secrets: bool = True
) -> Verdict:
    ctx = judge.context(secrets=secrets, given=given)
    ended = judge.run("judging a request", lambda: check_verdict(judge.object.verify(request, ctx)))
    assert ended.value is not None, (
        f"{judge.id}: verify raised {ended.error!r:.200}; answer Verdict(False, reason) instead"
    )
    return ended.value


def _listened_for(judge: Subject, body: bytes) -> list[str]:
    """The headers that `verify` looks at."""
    ears = _Ears()
    _judge(judge, InboundRequest(ears, body))
    first = list(dict.fromkeys(ears.heard))
    more = _Ears(dict.fromkeys(first, "x"))
    _judge(judge, InboundRequest(more, body))
    return list(dict.fromkeys([*first, *more.heard]))


def _bodies(judge: Subject) -> list[bytes]:
    return [payload.body for payload in judge.payloads("push")[:3]] or [b'{"made": "up"}']


def _proved(judge: Subject) -> Iterator[tuple[InboundRequest, Mapping[str, Any], str]]:
    """Requests that come in: signed samples, or made by one of the usual recipes. With their settings and name."""
    signed = [sample for sample in judge.samples("push", "fetch") if _is_signed(sample)]
    for sample in signed:
        told = read_expected(sample)
        request = InboundRequest(
            told.get("headers", {}), sample.read_bytes(), told.get("query", {}), told.get("known", False)
        )
        yield request, told.get("settings", {}), expected_file(sample).name
    if signed:
        return
    found = next(_by_recipe(judge, _bodies(judge)[0]), None)
    known = InboundRequest({}, _bodies(judge)[0], known=True)
    if found:
        yield found, _made_up_secrets(judge), "a request signed by the contract"
    elif _judge(judge, known).valid:
        yield known, {}, "a request at the address that the portal made"


def _is_signed(sample: Path) -> bool:
    told = read_expected(sample)
    return "settings" in told or told.get("known", False) is True


def _by_recipe(judge: Subject, body: bytes) -> Iterator[InboundRequest]:
    secret = next(iter(_made_up_secrets(judge).values()), SECRET)
    digests = list(_digests(secret.encode(), body))
    shared = [secret, f"Bearer {secret}", "Basic " + base64.b64encode(f"tracker:{secret}".encode()).decode()]
    for name in _listened_for(judge, body):
        for value in [*shared, *(_signature(one, prefix) for one in digests for prefix in _PREFIXES)]:
            request = InboundRequest({name: value}, body)
            if _judge(judge, request).valid:
                yield request


def _made_up_secrets(judge: Subject) -> dict[str, str]:
    settings = judge.context().settings
    values = ((name, getattr(settings, name)) for name in type(settings).model_fields)
    return {name: value.get_secret_value() for name, value in values if hasattr(value, "get_secret_value")}


def _digests(secret: bytes, body: bytes) -> Iterator[str]:
    for name in ("sha256", "sha1", "sha512"):
        raw = hmac.digest(secret, body, getattr(hashlib, name))
        yield raw.hex()
        yield base64.b64encode(raw).decode()


def _signature(digest: str, prefix: str) -> str:
    return prefix + digest


def _tells_the_secret(request: InboundRequest, given: Mapping[str, Any]) -> bool:
    """Whether the proof is the secret itself: such a one covers no body."""
    said = [*request.headers.values(), *request.query.values()]
    said += [_decoded(value.rpartition(" ")[2]) for value in said]
    return any(secret and str(secret) in text for secret in given.values() for text in said)


def _other(value: Any) -> Any:
    """Another secret of the same shape; what is no text stays."""
    return value[1:] + value[:1] if isinstance(value, str) else value


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""
