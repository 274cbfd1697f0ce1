"""Themes: a shop's look in a few checked tokens. No style sheet of a shop's own ever reaches a page."""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tracker.i18n import gettext

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
LIGHT, DARK = (246, 245, 242), (28, 30, 33)
"""Of the backgrounds in `portal.css`, in light and in dark, those on which an accent is hardest to read."""
READABLE = 4.5
"""The least contrast of text with what is behind it (WCAG 2.2, AA)."""

DEFAULTS: Mapping[str, str] = {
    "accent": "#0b6b5d",
    "accent_text": "#ffffff",
    "radius": "14",
    "font": "system",
    "scheme": "auto",
}
FONTS: Mapping[str, str] = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", sans-serif',
    "serif": 'ui-serif, Georgia, "Times New Roman", "Noto Serif", "Noto Serif KR", serif',
    "rounded": 'ui-rounded, "SF Pro Rounded", "Nunito", system-ui, sans-serif',
    "mono": "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
}
SCHEMES = ("auto", "light", "dark")
MOST_RADIUS = 24
VERSION = "1"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NAME = re.compile(r"1-([0-9a-f]{6})-([0-9a-f]{6})-(\d{1,2})-([a-z]{1,10})-([a-z]{1,10})")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a token, in a sentence; `proposal` is a value that would do, or empty."""

    field: str
    message: str
    proposal: str = ""


def complete(tokens: Mapping[str, str]) -> dict[str, str]:
    """All tokens: those given where they have the right shape, the portal's own for the rest."""
    kept = {name: str(tokens.get(name, "")).strip().lower() for name in DEFAULTS}
    wrong = {problem.field for problem in _check_shapes(kept)}
    return {name: default if name in wrong or not kept[name] else kept[name] for name, default in DEFAULTS.items()}


def check(tokens: Mapping[str, str]) -> list[Problem]:
    """What keeps these tokens from being used: a wrong shape, or colours that cannot be read."""
    given = {name: str(tokens.get(name, default)).strip().lower() for name, default in DEFAULTS.items()}
    problems = _check_shapes(given)
    return problems or _check_contrast(_parse(given["accent"]), _parse(given["accent_text"]))


def render(tokens: Mapping[str, str]) -> tuple[str, str]:
    """The name under which a theme can be cached for good, and its style sheet."""
    return _render(*complete(tokens).items())


@lru_cache(maxsize=500)
def _render(*tokens: tuple[str, str]) -> tuple[str, str]:
    whole = dict(tokens)
    accent, text = _parse(whole["accent"]), _parse(whole["accent_text"])
    dark = _lighten(accent, DARK)
    dark_text = BLACK if contrast(BLACK, dark) >= contrast(WHITE, dark) else WHITE
    scheme = "light dark" if whole["scheme"] == "auto" else whole["scheme"]
    sheet = (
        f":root{{color-scheme:{scheme};--accent:{_hex(accent)};--accent-text:{_hex(text)};"
        f"--radius:{int(whole['radius'])}px;--font:{FONTS[whole['font']]}}}"
        "@supports (color:light-dark(#000,#fff)){"
        f":root{{--accent:light-dark({_hex(accent)},{_hex(dark)});"
        f"--accent-text:light-dark({_hex(text)},{_hex(dark_text)})}}}}"
    )
    colours = f"{whole['accent'][1:]}-{whole['accent_text'][1:]}"
    return f"{VERSION}-{colours}-{int(whole['radius'])}-{whole['font']}-{whole['scheme']}", sheet


def read_name(name: str) -> dict[str, str] | None:
    """The tokens that a theme's name spells; `None` for a name that `render` never gave."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    accent, text, radius, font, scheme = match.groups()
    tokens = {"accent": f"#{accent}", "accent_text": f"#{text}", "radius": radius, "font": font, "scheme": scheme}
    return None if _check_shapes(tokens) else tokens


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=500)
def fit(colour: str) -> tuple[str, str]:
    """The nearest colours of the same hue that can be read on light pages and on dark ones."""
    given = _parse(colour if _COLOUR.fullmatch(colour) else DEFAULTS["accent"])
    return _hex(_darken(given, LIGHT)), _hex(_lighten(given, DARK))


def is_colour(text: str) -> bool:
    """Whether a text is a colour as tokens hold them: `#0b6b5d`."""
    return _COLOUR.fullmatch(text) is not None


def _check_shapes(tokens: Mapping[str, str]) -> list[Problem]:
    problems = [
        Problem(name, gettext("A colour is written like #0b6b5d."), DEFAULTS[name])
        for name in ("accent", "accent_text")
        if not _COLOUR.fullmatch(tokens[name])
    ]
    if not (tokens["radius"].isascii() and tokens["radius"].isdigit() and int(tokens["radius"][:4]) <= MOST_RADIUS):
        problems.append(Problem("radius", gettext("Round corners measure 0 to 24."), DEFAULTS["radius"]))
    if tokens["font"] not in FONTS:
        problems.append(Problem("font", gettext("Choose one of the fonts in the list."), DEFAULTS["font"]))
    if tokens["scheme"] not in SCHEMES:
        problems.append(Problem("scheme", gettext("Choose light, dark or automatic."), DEFAULTS["scheme"]))
    return problems


def _check_contrast(accent: Colour, text: Colour) -> list[Problem]:
    problems = []
    if contrast(accent, LIGHT) < READABLE:
        darker = _darken(accent, LIGHT)
        message = gettext("On a light page this colour is hard to read. %(colour)s is the nearest that can be read.")
        problems.append(Problem("accent", message % {"colour": _hex(darker)}, _hex(darker)))
    if contrast(text, accent) < READABLE:
        better = BLACK if contrast(BLACK, accent) >= contrast(WHITE, accent) else WHITE
        message = gettext("This text is hard to read on the accent colour. %(colour)s can be read.")
        problems.append(Problem("accent_text", message % {"colour": _hex(better)}, _hex(better)))
    return problems


def _darken(colour: Colour, behind: Colour) -> Colour:
    return _shift(colour, behind, -1)


def _lighten(colour: Colour, behind: Colour) -> Colour:
    return _shift(colour, behind, 1)


def _shift(colour: Colour, behind: Colour, direction: int) -> Colour:
    """The nearest colour of the same hue that can be read on what is behind it."""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    while contrast(colour, behind) < READABLE and 0 <= light <= 1:
        light += direction / 200
        red, green, blue = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)
        colour = (round(red * 255), round(green * 255), round(blue * 255))
    return colour


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parse(colour: str) -> Colour:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
