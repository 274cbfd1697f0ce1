"""The offer block: what a marketer may write, and when it keeps silent."""

import jinja2
import pytest
from pydantic import ValidationError
from tracker_plugins.offer import Offer, OfferContent

from tracker.host.catalogues import translator
from tracker.sdk import Milestone, NoSettings, View

from .conftest import PLUGINS

GOOD = {"title": "Socks", "text": "Warm ones", "link_url": "https://shop.example/socks?a=1&b=2", "button": "Buy"}
BAD_URLS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "\\\\evil.example",
    "http://shop.example",
    "/x",
]


def view(trouble=False, **content):
    return View("page", "top", "en", Milestone.IN_TRANSIT, trouble, OfferContent.model_construct(**{**GOOD, **content}))


def render(file, variables):
    folder = jinja2.FileSystemLoader(PLUGINS / "offer/templates")
    environment = jinja2.Environment(
        loader=folder, autoescape=jinja2.select_autoescape(), undefined=jinja2.StrictUndefined
    )
    return environment.get_template(file).render(variables)


@pytest.mark.parametrize("field", ["link_url", "image_url"])
@pytest.mark.parametrize("address", BAD_URLS)
def test_s09_s35_only_https_is_saved(field, address):
    with pytest.raises(ValidationError, match="https://"):
        OfferContent(**{**GOOD, field: address})


@pytest.mark.parametrize("address", [*BAD_URLS, ""])
def test_s09_s35_an_old_row_with_another_address_is_not_shown(make_context, address):
    ctx = make_context(NoSettings())
    assert Offer().context(view(link_url=address), ctx) is None
    shown = Offer().context(view(image_url=address), ctx)
    assert shown["image_url"] == ""


@pytest.mark.parametrize(("field", "most"), [("title", 80), ("text", 240), ("button", 30)])
def test_fields_have_a_longest_length(field, most):
    assert OfferContent(**{**GOOD, field: "x" * most})
    with pytest.raises(ValidationError):
        OfferContent(**{**GOOD, field: "x" * (most + 1)})


def test_an_offer_needs_a_title():
    with pytest.raises(ValidationError):
        OfferContent(**{**GOOD, "title": " \u202e\n"})


@pytest.mark.parametrize("title", ["", " \n ", "\u202e"])
def test_an_offer_without_words_is_not_shown(make_context, title):
    assert Offer().context(view(title=title), make_context(NoSettings())) is None


def test_it_is_silent_while_the_order_is_in_trouble(make_context):
    assert Offer().context(view(trouble=True), make_context(NoSettings())) is None


def test_the_button_has_words_where_the_marketer_wrote_none(make_context):
    ctx = make_context(NoSettings(), gettext=str.upper)
    assert Offer().context(view(button=""), ctx)["button"] == "HAVE A LOOK"


def test_s08_foreign_text_is_shown_as_text_and_nothing_is_inline(make_context):
    variables = Offer().context(
        view(title='<img src=x onerror="a()">', text="</p><script>"), make_context(NoSettings())
    )
    page = render("offer.html", variables)
    assert "&lt;img src=x" in page
    for never in ("<script", "<img", "style=", "onclick", "hx-"):
        assert never not in page
    assert 'href="https://shop.example/socks?a=1&amp;b=2" target="_top" rel="noopener"' in page


def test_a_picture_is_shown_where_there_is_one(make_context):
    variables = Offer().context(view(image_url="https://shop.example/s.png"), make_context(NoSettings()))
    assert '<img class="tracker-offer-image" src="https://shop.example/s.png" alt=""' in render("offer.html", variables)


def test_the_plain_mail_holds_the_link_unescaped(make_context):
    text = render("offer.txt", Offer().context(view(), make_context(NoSettings())))
    assert text.splitlines() == ["Socks", "Warm ones", "Buy: https://shop.example/socks?a=1&b=2"]
    assert render("offer.txt", Offer().context(view(text=""), make_context(NoSettings()))).splitlines()[0] == "Socks"


def test_every_field_of_its_form_is_named_in_korean(registry):
    gettext = translator(registry.folder("offer", "translations"), "ko")
    titles = [field.title for field in OfferContent.model_fields.values()]
    assert [title for title in titles if gettext(title) == title] == []


@pytest.mark.parametrize("locale", ["ko", "de", "ar"])
def test_what_customers_read_of_the_blocks_is_there_in_their_languages(locale):
    say = translator(PLUGINS / "offer/translations", locale)
    for text in ("Have a look", "You may also like"):
        assert say(text) != text
