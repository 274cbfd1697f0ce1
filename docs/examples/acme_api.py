"""Acme Parcels on this machine: the carrier that does not exist, for trying a plugin out against real HTTP.

    python docs/examples/acme_api.py 9009

Client ID `tea-house`, client secret `open-sesame`. A number like AC12345678 is a parcel that is out for delivery when
it is first asked for; all others are unknown.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CLIENT = {"client_id": ["tea-house"], "client_secret": ["open-sesame"]}
TOKEN = "acme-token-1"  # noqa: S105 - nobody's
JOURNEY = (("PU", "Picked up", "Lyon, FR", 60), ("TR", "Sorted", "Lyon, FR", 30), ("OD", "On the van", "Basel, CH", 5))
"""Code, text, place, and how many minutes before the first question it happened."""
FIRST_ASKED: dict[str, datetime] = {}


class Acme(BaseHTTPRequestHandler):
    """`POST /token`, and with its token `GET /parcels?numbers=...,...`."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        known = self.path == "/token" and CLIENT.items() <= form.items()
        self._answer(*((200, {"access_token": TOKEN, "expires_in": 3600}) if known else (401, {})))

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path != "/parcels" or self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._answer(401, {})
        numbers = parse_qs(url.query).get("numbers", [""])[0].split(",")
        known = [number for number in numbers if number[:2] == "AC" and number[2:].isdigit() and len(number) == 10]
        unknown = [{"number": number} for number in numbers if number not in known]
        return self._answer(200, {"parcels": [describe(number) for number in known], "unknown": unknown})

    def _answer(self, status: int, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: ARG002
        """Prints what is asked, without the query."""
        sys.stderr.write(f"{self.command} {urlsplit(self.path).path}\n")


def describe(number: str) -> dict[str, object]:
    """A parcel as Acme tells it: the same scans however often it is asked for."""
    first = FIRST_ASKED.setdefault(number, datetime.now(UTC))
    scans = [
        {
            "at": (first - timedelta(minutes=ago)).isoformat(timespec="seconds"),
            "code": code,
            "text": text,
            "place": place,
        }
        for code, text, place, ago in JOURNEY
    ]
    return {"number": number, "scans": scans}


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Acme).serve_forever()
