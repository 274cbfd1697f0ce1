"""DPD's SOAP requests: logging in once for many parcels, and asking for one."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from xml.sax.saxutils import escape

from tracker.sdk import (
    BadPayload,
    Context,
    HttpAnswer,
    KeptToken,
    Problem,
    check,
    pick,
    raise_for,
    read_time,
    read_xml,
    word,
)

from .reading import find_body, read_faults

SPACE = "http://dpd.com/common/service/types"
LANGUAGE = "en_EN"
"""The language in which the statuses' texts, and so their dates, are understood here."""
SHORTEST, LONGEST = 60.0, 86_400.0
AHEAD = timedelta(hours=2)
"""DPD tells a token's end as a wall clock without zone, which is at most this far ahead of UTC."""


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of DPD."""

    base: str
    delis_id: str
    password: str

    def track(self, ctx: Context, number: str) -> HttpAnswer:
        """What ParcelLifeCycleService says about a parcel. The token stands in the body and may be refused there."""
        asked = f"<parcelLabelNumber>{escape(number)}</parcelLabelNumber>"

        def ask(token: str) -> HttpAnswer:
            who = f"<delisId>{escape(self.delis_id)}</delisId><authToken>{escape(token)}</authToken>"
            head = f"<a:authentication>{who}<messageLanguage>{LANGUAGE}</messageLanguage></a:authentication>"
            return self._call(ctx, "ParcelLifeCycleService", "2.0", "getTrackingData", asked, head)

        kept = KeptToken(f"{self.base} {self.delis_id} {self.password}", self.log_in)
        return kept.use(ctx, ask, _is_refused)

    def log_in(self, ctx: Context) -> tuple[str, float]:
        """A new token and its life in seconds. Raises `AuthFailed` where DPD does not know the account."""
        who = f"<delisId>{escape(self.delis_id)}</delisId><password>{escape(self.password)}</password>"
        who += f"<messageLanguage>{LANGUAGE}</messageLanguage>"
        answer = self._call(ctx, "LoginService", "2.1", "getAuth", who)
        raise_for(_read_faults(answer))
        told = pick(find_body(read_xml(check(answer).body)), "getAuthResponse", "return")
        if not (token := word(told, "authToken", limit=4000)):
            raise BadPayload("the answer holds no token")
        end = read_time(word(told, "authTokenExpires")).local
        life = (end - AHEAD - ctx.now.astimezone(UTC).replace(tzinfo=None)).total_seconds() if end else SHORTEST
        return token, min(max(life, SHORTEST), LONGEST)

    def _call(self, ctx: Context, service: str, version: str, method: str, fields: str, head: str = "") -> HttpAnswer:
        space = f"{SPACE}/{service}/{version}"
        envelope = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
            f' xmlns:a="{SPACE}/Authentication/2.0" xmlns:s="{space}"><e:Header>{head}</e:Header>'
            f"<e:Body><s:{method}>{fields}</s:{method}></e:Body></e:Envelope>"
        )
        return ctx.worker_http().request(
            "POST",
            f"{self.base}/soap/services/{service}/V{version.replace('.', '_')}",
            headers={"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": f"{space}/{method}"},
            body=envelope.encode(),
        )


def _is_refused(answer: HttpAnswer) -> bool:
    return any(fault.kind == "auth" for fault in _read_faults(answer))


def _read_faults(answer: HttpAnswer) -> list[Problem]:
    """The faults of an answer, which come under 500."""
    try:
        return list(read_faults(find_body(read_xml(answer.body)), "")) if answer.status == 500 else []
    except BadPayload:
        return []
