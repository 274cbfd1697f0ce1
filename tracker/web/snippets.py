"""What a shop copies into its pages, with its own addresses filled in. docs/embedding.md explains each."""

from dataclasses import dataclass

from tracker.i18n import mark

TOKEN = "PASS"  # noqa: S105 - stands for what the shop's server writes there


@dataclass(frozen=True, slots=True)
class Snippet:
    """One piece: what it is called and good for, what a Content-Security-Policy must allow for it, and its text.

    `title` and `use` are English and marked for translation; `policy` is empty for nothing.
    """

    id: str
    title: str
    use: str
    policy: str
    text: str


def write_snippets(url: str, slug: str) -> list[Snippet]:
    """All pieces for a shop, the most useful first."""
    link = f'<a href="{url}/t/{TOKEN}">Track my order</a>'
    find = f'<a href="{url}/s/{slug}/find">Track my order</a>'
    return [
        Snippet("menu", mark("Link for the menu"), mark("For everybody, also for those who have lost their mail."),
                "", find),
        Snippet("find", mark("Look-up form in a page"), mark("For a page “Track my order” in your shop."),
                f"script-src {url}; frame-src {url}", _box(find, f'{url}/embed/v1.js" data-shop="{slug}')),
        Snippet("script", mark("Order in “My account”"), mark("As tall as what it shows. Take this one first."),
                f"script-src {url}; frame-src {url}", _box(link, f'{url}/embed/v1.js" data-token="{TOKEN}')),
        Snippet("frame", mark("The same without a script"), mark("At a height that you choose."), f"frame-src {url}",
                f'{link}\n<iframe src="{url}/embed/{TOKEN}" title="Order tracking" width="100%" height="900">'
                "</iframe>"),
        Snippet("element", mark("The same as part of the page"), mark("For single-page shops. It has no frame."),
                f"script-src {url}; connect-src {url}",
                f'<script async src="{url}/embed/element-v1.js"></script>\n'
                f'<order-tracking token="{TOKEN}">{link}</order-tracking>'),
        Snippet("server", mark("For pages that your server makes"), mark("Fetch this address and print what comes."),
                f"style-src {url}", f"{url}/embed/{TOKEN}/include"),
        Snippet("mail", mark("For your own mails"), mark("Fetch this address with a pass of the tier mail."), "",
                f"{url}/embed/{TOKEN}/mail"),
        Snippet("style", mark("Style that keeps the page from jumping"), mark("For your shop’s style sheet."), "",
                ".order-tracking, order-tracking { display: block; min-height: max(62rem, 84rem - 40vw); }\n"
                "@media (scripting: none) { .order-tracking { min-height: 0; } }"),
    ]  # fmt: skip


def write_constants(url: str, slug: str, key: str) -> str:
    """The lines for a WordPress shop's wp-config.php."""
    pairs = (("TRACKER_URL", url), ("TRACKER_SHOP", slug), ("TRACKER_KEY", key))
    return "\n".join(f"define( '{name}', '{value}' );" for name, value in pairs)


def _box(link: str, source: str) -> str:
    return f'<div class="order-tracking">\n  {link}\n  <script async src="{source}"></script>\n</div>'
