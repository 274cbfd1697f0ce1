"""SweetTracker: errors under 200, rows in any order and shape, words that no level says, and drivers' names."""

import json
from datetime import datetime, timedelta

import pytest
from tracker_plugins.sweettracker import SweetTracker, SweetTrackerSettings
from tracker_plugins.sweettracker.reading import RULES

from tracker.sdk import AuthFailed, BadPayload, BadRequest, Payload, Query, RateLimited

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

vendor = SweetTracker()
API = "/api/v1/trackingInfo"
SAMPLES = PLUGINS / "sweettracker/samples"
QUERY = Query("612345678901", "cjlogistics")
MORNING = {"timeString": "2026-03-03 09:00:00", "time": 1772496000}


def sample(name):
    return reply((SAMPLES / f"{name}.json").read_bytes())


def read(*rows, **answer):
    body = {"invoiceNo": "612345678901", "level": 3, "complete": False, "trackingDetails": list(rows), **answer}
    return vendor.parse(Payload(json.dumps(body).encode())).results[0]


def milestones(result):
    return [str(event.status.milestone) for event in result.events]


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(API, sample("on_its_way"))
    return server


@pytest.fixture
def ctx(server, make_context):
    return make_context(SweetTrackerSettings(api_key="key", base_url=server.url), http=LoopbackHttp())


def test_each_number_is_asked_for_with_the_key_in_the_body(server, ctx):
    payloads = list(vendor.fetch([QUERY, Query("6012345678901", "koreapost")], ctx))
    assert [asked.json for asked in server.asked] == [
        {"t_key": "key", "t_code": "04", "t_invoice": "612345678901"},
        {"t_key": "key", "t_code": "01", "t_invoice": "6012345678901"},
    ]
    assert not server.asked[0].query_string
    (result,) = vendor.parse(payloads[0]).results
    assert (result.number, result.carrier) == ("612345678901", "cjlogistics")
    with pytest.raises(BadRequest):
        list(vendor.fetch([Query("1", "ups")], ctx))


def test_what_concerns_the_key_is_raised_and_what_concerns_a_number_is_told_of_it(server, ctx):
    for name, error in (("bad_key", AuthFailed), ("key_quota", RateLimited)):
        server.answers(API, sample(name))
        for ask in (lambda: list(vendor.fetch([QUERY], ctx)), lambda: vendor.probe(ctx)):
            with pytest.raises(error):
                ask()
    for name, kind in (("number_quota", "rate_limit"), ("not_found", "not_found")):
        server.answers(API, sample(name))
        (payload,) = vendor.fetch([QUERY], ctx)
        assert [(error.kind, error.number) for error in vendor.parse(payload).errors] == [(kind, "612345678901")]
    vendor.probe(ctx)


def test_a_server_in_trouble_is_told_by_its_status(server, ctx):
    assert server.misbehaves(API, lambda: vendor.fetch([QUERY], ctx), vendor) == MEANT


def test_rows_in_any_order_with_seconds_or_milliseconds_have_one_offset():
    events = vendor.parse(Payload((SAMPLES / "on_its_way.json").read_bytes())).results[0].events
    assert {event.offset for event in events} == {timedelta(hours=9)}
    assert [event.local for event in events] != sorted(event.local for event in events)


@pytest.mark.parametrize(
    ("row", "local", "hours"),
    [
        ({"timeString": "2026-03-03 09:00:00", "time": 1772496000}, datetime(2026, 3, 3, 9), 9),
        ({"timeString": "2026-03-03 09:00:00", "time": 1772496000000}, datetime(2026, 3, 3, 9), 9),
        ({"timeString": "2026-03-03 09:00:00", "time": 0}, datetime(2026, 3, 3, 9), None),
        ({"timeString": "2026-03-03 09:00:00", "time": 1772496007}, datetime(2026, 3, 3, 9), None),
        ({"timeString": "", "time": 1772496000}, datetime(2026, 3, 3), 0),
        ({"timeString": None, "time": 0}, None, None),
    ],
)
def test_r10_an_offset_is_what_the_two_clocks_of_a_row_differ_by(row, local, hours):
    (event,) = read({"kind": "간선상차", "level": 3, **row}).events
    assert (event.local, event.offset) == (local, None if hours is None else timedelta(hours=hours))


def test_a_complete_parcel_is_delivered_although_no_row_says_so():
    way = {"kind": "간선하차", "level": 3, **MORNING}
    assert milestones(read(way)) == ["in_transit"]
    assert milestones(read(way, complete=True)) == ["delivered"]
    assert milestones(read(way, level=6)) == ["delivered"]
    assert milestones(read({**way, "kind": "반송출고"}, complete=True)) == ["returning"]
    assert milestones(read({**way, "kind": "미배달"}, complete=True)) == ["attempt_failed"]
    assert milestones(read({"kind": "간선하차", "level": 3}, complete=True)) == ["in_transit"], "no day, no delivery"


def test_hours_are_a_window_on_the_day_when_the_parcel_went_out():
    out = {"kind": "배달출발", "level": 5, **MORNING}
    window = read(out, estimate="17∼19시").estimated
    assert (window.earliest, window.latest) == (datetime(2026, 3, 3, 17), datetime(2026, 3, 3, 19))
    for estimate in ("", "오늘", "19∼17시", "26∼28시", None, 17):
        assert read(out, estimate=estimate).estimated is None
    assert read({"kind": "간선상차", "level": 3, **MORNING}, estimate="17∼19시").estimated is None


def test_drivers_are_private_and_customers_are_not_read():
    row = {"kind": "배송출발 홍예시 기사님 01012340000", "manName": "홍예시", "telno2": "01012340000", "level": 5}
    assert read({**row, **MORNING}).events[0].private == ("01012340000", "홍예시")
    for name in ("on_its_way", "complete_without_a_row"):
        told = str(vendor.parse(Payload((SAMPLES / f"{name}.json").read_bytes())))
        assert not any(word in told for word in ("홍*시", "어딘가", "예시상", "찻잔"))


def test_a_label_without_a_scan_is_no_error():
    parsed = vendor.parse(Payload((SAMPLES / "nothing_yet.json").read_bytes()))
    assert [(result.number, result.events) for result in parsed.results] == [("612345678902", ())]
    assert not parsed.errors


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"invoiceNo": "1"}', b'{"level": 3}'])
def test_what_is_no_answer_of_sweettracker_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        vendor.parse(Payload(body))


WORDS = {
    "info_received": "접수 접수완료 운송장출력 접수소포물품사진 운송장_정보가_등록되었습니다 상품_출고_대기",
    "picked_up": "집화처리 집하완료 영업소집하 인수완료",
    "in_transit": "발송 도착 구간도착 구간발송 간선상차 간선하차 터미널입고 터미널출고 집하출고 행낭적입"
    " 노선상차 발송준비 교환국_도착 부산으로_이동중 대전에_도착 대전에_입고 배송을_준비중 배송준비중 배송입고"
    " 영업소도착 통관목록이_접수되었습니다 목록통관_심사가_완료 수입신고가_수리 수입통관이_완료 항공편으로_출발_대기",
    "out_for_delivery": "배송출발 배달출발 배달준비 배송출고 배달차량상차",
    "delivered": "배송완료 배달완료",
    "attempt_failed": "미배달 미배송",
    "returning": "반송출고",
    "returned": "반송완료",
    "cancelled": "신청취소 접수취소",
    "exception": "관부가세_납부_대기_중",
}


@pytest.mark.parametrize("milestone", WORDS)
def test_the_words_of_koreas_carriers_read_without_a_level_too(milestone):
    for text in (word.replace("_", " ") for word in WORDS[milestone].split()):
        assert (text, str(RULES.read(trouble=text, text=text)[0].milestone)) == (text, milestone)


def test_a_level_goes_before_words_but_not_before_trouble():
    assert str(RULES.read(trouble="", level="5", text="간선하차")[0].milestone) == "out_for_delivery"
    assert str(RULES.read(trouble="반송 접수", level="3", text="반송 접수")[0].milestone) == "returning"
