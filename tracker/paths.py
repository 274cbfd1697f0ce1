"""Where the files lie: in a checkout beside the package, in a wheel inside it."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_BUNDLED = PACKAGE / "_bundled"


def resource(name: str) -> Path:
    """The folder `plugins`, `templates`, `static` or `translations`, from the checkout or from the wheel."""
    bundled = _BUNDLED / name
    return bundled if bundled.is_dir() else _CHECKOUT / name
