"""Tiers and grants in the desk's words."""

from collections.abc import Mapping

from tracker.domain.tiers import Grant, Tier
from tracker.i18n import mark

TIERS: Mapping[Tier, tuple[str, str]] = {
    Tier.SHARED: (mark("Passed on"), mark("a link that a customer shared")),
    Tier.MAIL: (mark("From a mail"), mark("the link in your mails")),
    Tier.ACCOUNT: (mark("Signed in"), mark("from your own site")),
}
GRANTS: Mapping[Grant, tuple[str, str]] = {
    Grant.PLACES: (mark("Places"), mark("Where the parcel was scanned, and where it can be collected.")),
    Grant.HOURS: (mark("Times of day"), mark("Without this there are only days.")),
    Grant.NUMBERS: (mark("Numbers"), mark("The order’s number, and the carrier’s with the way to its page.")),
    Grant.PIECES: (mark("Contents"), mark("What was ordered, and what is in which parcel.")),
    Grant.WORDS: (mark("The carrier’s words"), mark("Its messages as it wrote them, and your own status words.")),
    Grant.PHOTO: (mark("Photo of the delivery"), mark("It can show somebody’s door.")),
    Grant.SIGNATURE: (mark("Signature"), mark("Of whoever took the parcel.")),
    Grant.ACT: (mark("Answer the carrier"), mark("Another day, a neighbour, a pick-up point, or send it back.")),
    Grant.READDRESS: (mark("Correct the address"), mark("Also cancelling the order before it is sent.")),
    Grant.CONCERN: (mark("Report a problem"), mark("Late, damaged, missing or not received, with photos.")),
    Grant.RATE: (mark("Rate the delivery"), mark("Once per parcel, after its delivery.")),
    Grant.PREFERENCES: (
        mark("Choose notices"),
        mark("Which mails come, in which language; export and erase one’s data."),
    ),
    Grant.REPORT: (
        mark("Delivery report"),
        mark("It holds numbers and times of day, so it needs both of these as well."),
    ),
    Grant.SHARE: (mark("Share"), mark("Make a link for others, which is of the tier “Passed on”.")),
}
REASONS: Mapping[str, str] = {
    "shared": mark(
        "A link that was passed on shows how far the order is and on which day, and never more: "
        "nobody knows in whose hands it ends."
    ),
    "signature": mark("Mails are forwarded. A signature is shown only to those who have signed in at your shop."),
    "preferences": mark("Whoever gets mails can always stop them."),
}
