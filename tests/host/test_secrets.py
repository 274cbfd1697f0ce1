"""The secret box."""

import pytest

from tracker.host.secrets import SecretBox, Unreadable

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32


def test_what_was_sealed_opens_and_shows_nothing():
    sealed = SecretBox([NEW]).seal("hush")
    assert "hush" not in sealed
    assert SecretBox([NEW]).open(sealed) == "hush"
    assert SecretBox([NEW]).seal("a") != SecretBox([NEW]).seal("a")


def test_keys_rotate():
    sealed = SecretBox([OLD]).seal("hush")
    both = SecretBox([NEW, OLD])
    assert both.open(sealed) == "hush"
    assert SecretBox([NEW]).open(both.seal("hush")) == "hush"
    with pytest.raises(Unreadable, match="key"):
        SecretBox([OLD]).open(both.seal("hush"))


@pytest.mark.parametrize("sealed", ["", "x", "gAAAA", "한"])
def test_what_was_altered_does_not_open(sealed):
    with pytest.raises(Unreadable):
        SecretBox([OTHER]).open(sealed)


@pytest.mark.parametrize("keys", [[], [""], ["short"], [NEW, "short"]])
def test_a_weak_key_is_refused(keys):
    with pytest.raises(ValueError, match="32"):
        SecretBox(keys)
