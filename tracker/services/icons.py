"""The icons that a shop's own status may have: a closed set, drawn in lines on a field of 24 by 24."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.i18n import mark


@dataclass(frozen=True, slots=True)
class Icon:
    """What it shows, the path that draws it, and a character like it for mails, where nothing can be drawn."""

    label: str
    path: str
    symbol: str


_TEXT = "\ufe0e"
"""Asks for the plain form of a character that has a coloured one too."""

ICONS: Mapping[str, Icon] = {
    "dot": Icon(mark("Dot"), "M6 12a6 6 0 1 0 12 0a6 6 0 1 0-12 0", "●"),
    "clock": Icon(mark("Clock"), "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7v5l3.5 2", "◷"),
    "calendar": Icon(mark("Calendar"), "M4 6h16v14H4zM4 10.5h16M8 3v5M16 3v5", "▦"),
    "pause": Icon(mark("Pause"), "M8 5v14M16 5v14", "‖"),
    "check": Icon(mark("Tick"), "M4 13l5 5L20 7", "✓"),
    "search": Icon(mark("Lens"), "M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M16 16l5 5", "⌕"),
    "alert": Icon(mark("Warning sign"), "M12 3.5L22 20.5H2zM12 10v5M12 17.7v.3", "⚠" + _TEXT),
    "tools": Icon(mark("Hammer"), "M13 4.5l6.5 6.5-3 3L10 7.5zM12.5 10L4 18.5l1.5 1.5L14 11.5", "⚒" + _TEXT),
    "pencil": Icon(mark("Pencil"), "M4 20l1.2-5L16 4.2l3.8 3.8L9 18.8zM13.2 7l3.8 3.8", "✎" + _TEXT),
    "scissors": Icon(
        mark("Scissors"),
        "M3.5 6a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M3.5 18a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
        "M8 7.8L20.5 19M8 16.2L20.5 5",
        "✂" + _TEXT,
    ),
    "flame": Icon(
        mark("Flame"),
        "M13 3c0 4 5 6 5 11a6 6 0 0 1-12 0c0-3 1.6-4.2 2-6.5 1.8.9 2.6 2 2.8 3.5C12.6 9 13.3 6 13 3z",
        "♨" + _TEXT,
    ),
    "drop": Icon(mark("Drop"), "M12 3c3.8 4.7 6 7.9 6 11a6 6 0 0 1-12 0c0-3.1 2.2-6.3 6-11z", "◆"),
    "leaf": Icon(mark("Leaf"), "M5 19C5 9.5 10.5 4 20 4c0 9.5-5.5 15-15 15zM4 20l8.5-8.5", "❧"),
    "snow": Icon(
        mark("Snow"),
        "M12 2.5v19M3.8 7.3l16.4 9.4M20.2 7.3L3.8 16.7M9.5 4.5L12 7l2.5-2.5M9.5 19.5L12 17l2.5 2.5",
        "❄" + _TEXT,
    ),
    "gift": Icon(
        mark("Gift"),
        "M4.5 11.5h15V21h-15zM3 7.5h18v4H3zM12 7.5V21"
        "M12 7.5C8 7.5 6.5 3 9 3c2 0 3 2.5 3 4.5zM12 7.5c4 0 5.5-4.5 3-4.5-2 0-3 2.5-3 4.5z",
        "❖",
    ),
    "box": Icon(mark("Box"), "M3.5 7.5L12 3l8.5 4.5v9L12 21l-8.5-4.5zM3.5 7.5L12 12l8.5-4.5M12 12v9", "▣"),
    "shop": Icon(mark("Shop"), "M4.5 10.5V20h15v-9.5M3 10l1.8-6h14.4L21 10zM10 20v-5.5h4V20", "⌂"),
    "truck": Icon(
        mark("Truck"),
        "M2.5 6H14v10.5H2.5zM14 10h4l3.5 3.3v3.2H14"
        "M5 18.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M15.5 18.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
        "➔",
    ),
    "ship": Icon(mark("Ship"), "M3 15.5h18L18.5 21h-13zM12 15.5V3l6.5 9H12", "⚓" + _TEXT),
    "plane": Icon(mark("Paper plane"), "M2.5 12.5L21.5 3.5 16 20.5l-4.5-6.5zM11.5 14L21.5 3.5", "✈" + _TEXT),
    "globe": Icon(
        mark("Globe"),
        "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M3 12h18M12 3c4.5 5 4.5 13 0 18c-4.5-5-4.5-13 0-18z",
        "◍",
    ),
    "turn": Icon(mark("Arrow back"), "M9 5.5L4 10.5l5 5M4 10.5h10.5a5 5 0 0 1 0 10H11", "↩" + _TEXT),
    "card": Icon(mark("Payment card"), "M3 6h18v12.5H3zM3 10.5h18M6.5 15h4", "▭"),
    "mail": Icon(mark("Letter"), "M3 6h18v12.5H3zM3.5 6.5L12 13.5l8.5-7", "✉" + _TEXT),
    "heart": Icon(
        mark("Heart"),
        "M12 20C4.5 14.5 3 11 4 8a4.3 4.3 0 0 1 8-.5A4.3 4.3 0 0 1 20 8c1 3-.5 6.5-8 12z",
        "♥" + _TEXT,
    ),
}
