"""Each hook does what its page in the documents says, shown with the bundled plugins."""

import pytest

from tracker.host.loader import load
from tracker.paths import resource


@pytest.fixture(scope="module")
def bundled():
    registry = load([resource("plugins")], installed=False)
    assert not registry.failures, "\n".join(map(str, registry.failures))
    return registry


def test_hook_tracker_register_carriers(bundled):
    assert {"demo", "manual", "ups"} <= set(bundled.carriers)
    assert bundled.carriers["ups"].object.names["en"] == "UPS"


def test_hook_tracker_register_channels(bundled):
    assert bundled.channels["email"].object.address == "email"


def test_hook_tracker_register_vocabularies(bundled):
    dokan = bundled.vocabularies["dokan"].object
    assert dokan.export(dokan.import_("shipped")) == "shipped"


def test_hook_tracker_register_stores(bundled):
    assert bundled.stores["woocommerce"].plugin == "woocommerce"


def test_hook_tracker_register_blocks(bundled):
    provider = bundled.blocks["offer"]
    assert (bundled.template_folder(provider.plugin) / provider.object.template).is_file()


def test_hook_tracker_register_recommenders(bundled):
    assert bundled.recommenders["feed"].plugin == "feed"
