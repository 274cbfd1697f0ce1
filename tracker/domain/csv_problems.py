"""What can be wrong with an imported file, and the sentences that tell what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .messages import N_

SHOWN = 80
"""Characters of a refused value that are kept and shown."""


SENTENCES: Mapping[str, str] = {
    # about the whole file
    "empty": N_("The file is empty. Export it again, with a first line that names the columns."),
    "too_large": N_("The file is larger than %(limit)s MB. Split it into several files."),
    "spreadsheet": N_("This is a %(kind)s file, not CSV. Open it and save it as “CSV UTF-8”."),
    "binary": N_("This is not a text file. Export it as “CSV UTF-8”."),
    "no_column": N_("No column for the %(what)s was found among: %(names)s. Give it the title “%(title)s”."),
    "column_twice": N_("Two columns are called “%(name)s”. Keep the one that counts."),
    "many_columns": N_("The first line has more than %(limit)s columns. Keep those that are about shipments."),
    "gone": N_("The file is not there any more. Upload it again; what went in stays in."),
    # about one line
    "long_line": N_("This line is longer than any real one. A quotation mark may be missing here or before."),
    "open_quote": N_("A quotation mark in this line is never closed, or text follows it. Correct or remove it."),
    "many_cells": N_("This line has more cells than the first line has titles. Put quotation marks around its texts."),
    "control": N_("This cell holds characters that no text has. Type it again."),
    # about one value
    "no_order_number": N_("The order number is missing. Fill it in."),
    "no_order": N_("No order of this shop has the number “%(value)s”. Correct it, or bring the order in first."),
    "many_orders": N_("Several orders have the number “%(value)s”. Add this shipment on the page of the right one."),
    "order_cancelled": N_("The order “%(value)s” was cancelled. If it was sent all the same, add the shipment there."),
    "no_number": N_("The tracking number is missing. Fill it in, or leave the line out."),
    "word_in_number": N_("“%(value)s” stands where the tracking number belongs. Move it to the status column."),
    "not_a_number": N_("“%(value)s” is not a tracking number. Copy it from the label."),
    "several_numbers": N_("“%(value)s” looks like several tracking numbers. Give each a line of its own."),
    "shortened": N_("A spreadsheet has shortened the number to “%(value)s”. Make the column text and export again."),
    "bad_check": N_(
        "“%(value)s” is mistyped for %(carrier)s: %(hint)s. Compare it with the label; "
        "to keep it, write yes in a column “Keep number”."
    ),
    "no_format": N_(
        "“%(value)s” does not look like a number of %(carrier)s. Compare it and the carrier; "
        "to keep it, write yes in a column “Keep number”."
    ),
    "other_carrier": N_(
        "“%(value)s” is a number of %(hint)s, not of %(carrier)s. Correct the carrier; "
        "to keep it, write yes in a column “Keep number”."
    ),
    "odd_number": N_("“%(value)s” went in, but it looks like no known number of %(carrier)s. Compare both."),
    "unknown_keep": N_("“%(value)s” is neither yes nor no; the number was checked as always. Write yes or no."),
    "no_carrier": N_("The carrier is missing. Fill it in; the number fits: %(hint)s."),
    "no_carrier_no_hint": N_("The carrier is missing, and the number fits none that is known. Fill it in."),
    "unknown_carrier": N_("There is no carrier “%(value)s”. Nearest: %(hint)s. Correct it, or add a tracking link."),
    "bad_link": N_("“%(value)s” is no link that may be shown. It has to begin with https://."),
    "unknown_sku": N_("The order has no article “%(value)s”. Correct it, or leave it empty for the whole order."),
    "bad_quantity": N_("“%(value)s” is no quantity. Write a whole number from 1."),
    "lone_quantity": N_("A quantity needs the SKU that it counts. Fill it in; the shipment went in without it."),
    "ambiguous_date": N_("“%(value)s” can be two dates. Write it as year-month-day, like 2026-03-04."),
    "bad_date": N_("“%(value)s” is no date. Write it as year-month-day, like 2026-03-04."),
    "future_date": N_("The date “%(value)s” has not come yet. Correct it."),
    "unknown_status": N_("The status “%(value)s” is not known and was left out. Write in transit, or delivered."),
    "unknown_yes_no": N_("“%(value)s” is neither yes nor no; the order was not marked completed. Write yes or no."),
    "refused": N_("%(hint)s"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place. `kept` says that the line went in all the same, without what is wrong in it."""

    line: int
    column: str
    value: str
    reason: str
    details: Mapping[str, str] = field(default_factory=dict)
    kept: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside the import."""
        return {
            "line": self.line, "column": self.column[:SHOWN], "value": self.value[:SHOWN], "reason": self.reason,
            "details": dict(self.details), "kept": self.kept,
        }  # fmt: skip


class BadFile(Exception):
    """Why nothing of a file can be read. `reason` and `details` as in `Problem`; the text is the English sentence."""

    def __init__(self, reason: str, **details: str) -> None:
        super().__init__(SENTENCES[reason] % details)
        self.reason, self.details = reason, details
