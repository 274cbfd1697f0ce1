"""What the made-up shop sells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf. `art` names its drawing in `pages/art.html`; `price` is in US cents."""

    sku: str
    name: str
    price: int
    text: str
    art: str


PRODUCTS = (
    Product("TEA-SEJAK-50", "Sejak green tea, 50 g", 1800, "Second picking from Hadong. Steep it cool, twice.", "leaf"),
    Product("TEA-PERSIM-40", "Persimmon leaf tea, 40 g", 1200, "No caffeine, a little like hay after rain.", "fruit"),
    Product("CUP-ASH-2", "Two ash-glazed cups", 4200, "Thrown thin, glazed with the ash of our own kiln.", "cups"),
    Product("POT-SIDE-1", "Side-handle teapot", 8600, "Holds 240 ml, pours with one hand and does not drip.", "pot"),
    Product("TRAY-OAK-1", "Oak tea tray", 5400, "Oiled, not lacquered: it may get wet.", "tray"),
    Product("WHISK-01", "Bamboo whisk", 2400, "Eighty tines, cut from one piece.", "whisk"),
)  # fmt: skip

BY_SKU = {product.sku: product for product in PRODUCTS}
