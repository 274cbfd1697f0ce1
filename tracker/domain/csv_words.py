"""The words of imported files: titles of columns, statuses, yes and no. All folded by `names.fold_name`."""

from collections.abc import Mapping

from tracker.sdk import Milestone, Status

from .names import fold_name

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "order": (
        "Order number", "Order no", "Order #", "Order", "Order name", "Order ID", "Order reference", "Bestellnummer",
        "주문번호", "주문 ID", "상품주문번호",
    ),
    "number": (
        "Tracking number", "Tracking no", "Tracking #", "Tracking code", "Tracking ID", "Tracking", "Waybill number",
        "Waybill", "AWB", "Shipment number", "Sendungsnummer", "송장번호", "운송장번호", "운송장", "송장", "등기번호",
    ),
    "carrier": (
        "Courier", "Carrier", "Tracking provider", "Shipping provider", "Shipping carrier", "Carrier name",
        "Courier name", "Courier slug", "Shipping company", "Versanddienstleister", "택배사", "배송업체", "배송사",
        "택배회사", "운송사",
    ),
    "url": (
        "Tracking link", "Tracking URL", "Custom tracking link", "Carrier link", "Link", "배송조회", "배송조회 링크",
        "조회 링크", "조회 URL",
    ),
    "keep": (
        "Keep number", "Keep the number", "Keep anyway", "Number checked", "번호 유지", "번호 그대로", "송장번호 확인",
        "운송장번호 확인",
    ),
    "sku": ("SKU", "Product SKU", "Item SKU", "Article number", "상품코드", "품번", "판매자 상품코드", "옵션코드"),
    "quantity": ("Qty", "Quantity", "Item quantity", "Pieces", "Menge", "수량", "개수"),
    "shipped_at": (
        "Date shipped", "Ship date", "Shipped at", "Shipping date", "Shipped date", "Tracking ship date",
        "Fulfilled at", "Versanddatum", "발송일", "출고일", "발송일자", "출고일자", "배송일", "발송일시",
    ),
    "status": ("Status", "Tracking status", "Shipment status", "Delivery status", "배송상태", "배송 상태", "상태"),
    "status_at": ("Status date", "Status at", "Delivered at", "Delivery date", "상태일시", "배송완료일", "배달일시"),
    "completed": ("Mark order as Completed", "Status shipped", "Completed", "Complete", "완료", "주문완료", "완료처리"),
}  # fmt: skip
"""For each field the titles it goes by; where a file has several of them, the first of these counts."""

LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "ParcelPanel": ("Order number", "Tracking number", "Courier", "Mark order as Completed"),
    "AST": ("order_id", "tracking_provider", "tracking_number", "status_shipped"),
    "AfterShip": ("tracking_number", "courier", "order_id"),
}
"""Whose export a file is, by titles that only it has together."""

REQUIRED: Mapping[str, str] = {"order": "Order number", "number": "Tracking number"}

_STATUSES: Mapping[Milestone, tuple[str, ...]] = {
    Milestone.PENDING: ("pending", "label printed", "processing", "접수대기", "배송준비", "배송준비중", "상품준비중"),
    Milestone.INFO_RECEIVED: (
        "info received", "information received", "label created", "pre transit", "pretransit", "접수", "송장등록",
        "배송지시", "집화예정", "수거예정",
    ),
    Milestone.PICKED_UP: (
        "picked up", "collected", "shipped", "handed over", "dispatched", "despatched", "fulfilled", "집화", "집화완료",
        "집하", "집하완료", "발송", "발송완료", "출고", "출고완료", "상품인수", "인수",
    ),
    Milestone.IN_TRANSIT: ("in transit", "transit", "on its way", "on the way", "moving", "배송중", "이동중", "운송중"),
    Milestone.OUT_FOR_DELIVERY: (
        "out for delivery", "with driver", "배송출발", "배달출발", "배달중", "배달준비",
    ),
    Milestone.AVAILABLE_FOR_PICKUP: ("available for pickup", "ready for pickup", "보관중", "픽업대기", "무인함도착"),
    Milestone.ATTEMPT_FAILED: (
        "attempt failed", "failed attempt", "attempt fail", "delivery failure", "undelivered", "미배달", "배달실패",
    ),
    Milestone.DELIVERED: ("delivered", "zugestellt", "배송완료", "배달완료", "배달 완료", "수취완료", "인도완료"),
    Milestone.EXCEPTION: ("exception", "on hold", "held", "사고", "배송불가", "배송보류"),
    Milestone.RETURNING: ("returning", "return to sender", "returning to sender", "반송중", "반송"),
    Milestone.RETURNED: ("returned", "returned to sender", "반송완료"),
}  # fmt: skip
STATUSES: Mapping[str, Status] = {
    fold_name(word): Status(milestone) for milestone, words in _STATUSES.items() for word in words
}

STATUS_WORDS = tuple(word for words in _STATUSES.values() for word in words)
"""All of them as people write them."""

_NOT_NUMBERS = (
    "차량배차",
    "재고소진",
    "안전재고",
    "직접수령",
    "방문수령",
    "퀵",
    "화물",
    "pickup",
    "none",
    "n/a",
    "tbd",
)
NOT_NUMBERS = frozenset(map(fold_name, _NOT_NUMBERS))
"""Words that people put where the tracking number belongs."""

YES = frozenset(map(fold_name, ("1", "yes", "y", "true", "x", "completed", "complete", "ja", "예", "네", "완료")))
NO = frozenset(map(fold_name, ("0", "2", "no", "n", "false", "partial", "nein", "아니요", "아니오", "미완료")))
"""AST writes 2 for an order of which only a part was shipped."""
