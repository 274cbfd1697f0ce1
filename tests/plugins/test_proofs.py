"""Proofs and pick-up points of carriers: read beside scans, and asked for where they cost a question of their own."""

import json
from base64 import b64encode

import pytest
from tracker_plugins.aftership import AfterShip
from tracker_plugins.canadapost import CanadaPost, CanadaPostSettings
from tracker_plugins.dhl_universal import DhlUniversal
from tracker_plugins.fedex import Fedex, FedexSettings
from tracker_plugins.purolator import Purolator
from tracker_plugins.ups import Ups, UpsSettings

from tracker.sdk import HttpAnswer, NotFound, Payload, Pickup, Proof, Query, read_proof

from .conftest import PLUGINS, http_answer

PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n made up", b"\xff\xd8\xff\xe0 made up", b"GIF89a made up"
TOKEN = http_answer(200, b'{"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}')


class Http:
    """Answers one after the other, and keeps what was asked."""

    def __init__(self, *answers: HttpAnswer) -> None:
        self.answers, self.asked = list(answers), []  # type: ignore[var-annotated]

    def request(self, method: str, url: str, **more: object) -> HttpAnswer:
        self.asked.append({"method": method, "url": url, **more})
        return self.answers.pop(0)


def text(body: bytes) -> str:
    return b64encode(body).decode()


@pytest.mark.parametrize(
    ("told", "proof"),
    [
        (text(PNG), Proof("photo", PNG)),
        (f"data:image/png;base64,{text(PNG)}", Proof("photo", PNG)),
        ("\n".join(text(JPEG)), Proof("photo", JPEG)),
        ("https://carrier.example/1.jpg", Proof("photo", url="https://carrier.example/1.jpg")),
        ("http://carrier.example/1.jpg", None), (text(b"%PDF-1.7"), None), (text(b"<svg/>"), None), ("", None),
        (None, None), (7, None), ({"a": 1}, None), ("=", None), ("é", None), ("A" * 7_000_001, None),
    ],
    ids=str,
)  # fmt: skip
def test_a_proof_is_a_picture_or_an_https_address(told: object, proof: Proof | None) -> None:
    assert read_proof("photo", told) == proof


UPS_NUMBER = "1Z4R7X810396025418"


def ups_answer(**pictures: str) -> bytes:
    told = {"deliveryPhoto": {"photo": pictures.get("photo")}, "signature": {"image": pictures.get("signature")}}
    package = {"trackingNumber": UPS_NUMBER, "deliveryInformation": told, "activity": []}
    other = {"trackingNumber": "1Z4R7X810396025419", "deliveryInformation": told}
    return json.dumps({"trackResponse": {"shipment": [{"package": [package, other]}]}}).encode()


def test_ups_is_asked_for_pictures_after_the_delivery_alone(make_context) -> None:
    http = Http(TOKEN, http_answer(200, ups_answer(photo=text(JPEG), signature=text(GIF))))
    context = make_context(UpsSettings(client_id="i", client_secret="s"), http=http)
    assert list(Ups().proofs(Query(UPS_NUMBER), context)) == [Proof("photo", JPEG), Proof("signature", GIF)]
    asked = http.asked[-1]
    assert (asked["params"]["returnSignature"], asked["params"]["returnPOD"]) == ("true", "true")
    http = Http(TOKEN, http_answer(200, ups_answer(photo="cGhvdG8=")))
    assert list(Ups().proofs(Query(UPS_NUMBER), make_context(context.settings, http=http))) == []


def test_fedex_gives_the_letter_that_proves_a_delivery_as_a_picture(make_context) -> None:
    body = json.dumps({"output": {"documentFormat": "PNG", "documents": [text(PNG), text(b"%PDF-1.7"), None]}})
    http = Http(TOKEN, http_answer(200, body.encode()))
    context = make_context(FedexSettings(client_id="i", client_secret="s"), http=http)
    assert list(Fedex().proofs(Query("794600000010"), context)) == [Proof("signature", PNG)]
    asked = http.asked[-1]
    assert asked["url"] == "https://apis.fedex.com/track/v1/trackingdocuments"
    assert asked["json"]["trackDocumentDetail"]["documentFormat"] == "PNG"
    assert asked["json"]["trackDocumentSpecification"][0]["trackingNumberInfo"] == {"trackingNumber": "794600000010"}


def test_canada_post_gives_a_signature_where_there_is_one(make_context) -> None:
    settings = CanadaPostSettings(username="u", password="p")
    body = (
        '<signature-image xmlns="http://www.canadapost.ca/ws/track"><filename>1.jpg</filename>'
        f"<image>{text(JPEG)}</image><mime-type>image/jpeg</mime-type></signature-image>"
    )
    http = Http(http_answer(200, body.encode()))
    assert list(CanadaPost().proofs(Query("1371134583769923"), make_context(settings, http=http))) == [
        Proof("signature", JPEG)
    ]
    assert http.asked[0]["url"].endswith("/vis/signatureimage/1371134583769923")
    with pytest.raises(NotFound):
        list(CanadaPost().proofs(Query("1"), make_context(settings, http=Http(http_answer(404)))))


def sample(plugin: str, name: str) -> bytes:
    return (PLUGINS / plugin / "samples" / name).read_bytes()


def test_fedex_tells_where_it_holds_a_parcel() -> None:
    (result,) = Fedex().parse(Payload(sample("fedex", "held.json"))).results
    assert result.pickup == Pickup("Made-Up Pharmacy", "12 Sample Avenue, Suite 4, Austin, TX 78701")


def test_aftership_takes_what_it_does_not_know_for_somebodys_signature() -> None:
    (result,) = AfterShip().parse(Payload(sample("aftership", "proved.json"))).results
    assert [(proof.kind, proof.url[-6:]) for proof in result.proofs] == [("photo", "/1.jpg"), ("signature", "/2.png")]
    assert result.pickup == Pickup("Kiosk am Markt, 10115 Berlin")


def test_signatures_of_dhl_and_purolator_are_told_as_proofs() -> None:
    (dhl,) = DhlUniversal().parse(Payload(sample("dhl_universal", "express_delivered.json"))).results
    assert [(proof.kind, bool(proof.url)) for proof in dhl.proofs] == [("signature", True)]
    told = sample("purolator", "journey.xml").replace(b"bWFkZSB1cA==", text(GIF).encode())
    assert [one.proofs for one in Purolator().parse(Payload(told)).results if one.proofs] == [
        (Proof("signature", GIF),)
    ]
