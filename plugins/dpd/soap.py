"""DPD's SOAP requests: logging in once for many parcels, and asking for one."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from hashlib import sha256
from xml.sax.saxutils import escape

from tracker.sdk import AuthFailed, BadPayload, Context, HttpAnswer, check, pick, read_time, read_xml, word

from .reading import find_body, read_faults

SPACE = "http://dpd.com/common/service/types"
LANGUAGE = "en_EN"
"""The language in which the statuses' texts, and so their dates, are understood here."""
SHORTEST, LONGEST = 60.0, 86_400.0
AHEAD = timedelta(hours=2)
"""DPD tells a token's end as a wall clock without zone, which is at most this far ahead of UTC."""


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of DPD. Its token is kept until it ends; only one caller at a time asks for a new one."""

    base: str
    delis_id: str
    password: str

    def track(self, ctx: Context, number: str) -> bytes:
        """What ParcelLifeCycleService says about a parcel: an answer, or a fault that can be read."""
        token = ctx.memory.token(self._key(f"token {self.renewals(ctx)}"), lambda: self.log_in(ctx))
        who = f"<delisId>{escape(self.delis_id)}</delisId><authToken>{escape(token)}</authToken>"
        head = f"<a:authentication>{who}<messageLanguage>{LANGUAGE}</messageLanguage></a:authentication>"
        asked = f"<parcelLabelNumber>{escape(number)}</parcelLabelNumber>"
        return self._call(ctx, "ParcelLifeCycleService", "2.0", "getTrackingData", asked, head).body

    def log_in(self, ctx: Context) -> tuple[str, float]:
        """A new token and its life in seconds. Raises `AuthFailed` where DPD does not know the account."""
        who = f"<delisId>{escape(self.delis_id)}</delisId><password>{escape(self.password)}</password>"
        who += f"<messageLanguage>{LANGUAGE}</messageLanguage>"
        body = find_body(read_xml(self._call(ctx, "LoginService", "2.1", "getAuth", who).body))
        for fault in read_faults(body, ""):
            raise AuthFailed(f"DPD refused to log in: {fault.detail}")
        told = pick(body, "getAuthResponse", "return")
        if not (token := word(told, "authToken", limit=4000)):
            raise BadPayload("the answer holds no token")
        end = read_time(word(told, "authTokenExpires")).local
        life = (end - AHEAD - ctx.now.astimezone(UTC).replace(tzinfo=None)).total_seconds() if end else SHORTEST
        return token, min(max(life, SHORTEST), LONGEST)

    def renewals(self, ctx: Context) -> int:
        """How often a token was refused before its time; part of the key under which the next one is kept."""
        return int(ctx.memory.get(self._key("renewals")) or 0)

    def renew(self, ctx: Context, used: int) -> None:
        """Asks for another token than the one that was used, unless somebody has just done that."""
        if self.renewals(ctx) == used:
            ctx.memory.set(self._key("renewals"), used + 1)

    def _key(self, what: str) -> str:
        return sha256(f"{self.base} {self.delis_id} {self.password} {what}".encode()).hexdigest()

    def _call(self, ctx: Context, service: str, version: str, method: str, fields: str, head: str = "") -> HttpAnswer:
        """An answer under 200, or a fault under 500; every other raises what its status means."""
        space = f"{SPACE}/{service}/{version}"
        envelope = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
            f' xmlns:a="{SPACE}/Authentication/2.0" xmlns:s="{space}"><e:Header>{head}</e:Header>'
            f"<e:Body><s:{method}>{fields}</s:{method}></e:Body></e:Envelope>"
        )
        answer = ctx.worker_http().request(
            "POST",
            f"{self.base}/soap/services/{service}/V{version.replace('.', '_')}",
            headers={"Content-Type": "text/xml;charset=UTF-8", "SOAPAction": f"{space}/{method}"},
            body=envelope.encode(),
        )
        return answer if answer.status == 500 and b"Fault" in answer.body else check(answer)
