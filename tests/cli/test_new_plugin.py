"""`tracker new-plugin` at a terminal."""

from pathlib import Path

import pytest

from .conftest import Run


def test_a_plugin_is_written_and_the_next_step_is_told(tracker: Run, tmp_path: Path) -> None:
    done = tracker("new-plugin", "vocabulary", "acme", "--label", "Acme Words")
    assert done.returncode == 0, done.stderr
    assert "tracker-acme/tracker_acme/terms.toml" in done.stdout
    assert "cd tracker-acme" in done.stdout
    assert "pip install --no-deps --editable ." in done.stdout
    assert "Acme Words" in (tmp_path / "tracker-acme/tracker_acme/__init__.py").read_text()
    again = tracker("new-plugin", "carrier", "acme")
    assert again.returncode == 1
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (("carrier", "ups"), "taken by the plugin UPS", 1),
        (("carrier", "../acme"), "cannot be a plugin's name", 1),
        (("carrier", "acme", "--into", "nowhere"), "Make it first", 1),
        (("carrier", "acme", "--label", 'A"B'), "cannot be a label", 1),
        (("hook", "acme"), "'hook' is not one of", 2),
        (("carrier",), "Missing argument", 2),
    ],
)
def test_what_cannot_be_written_is_told_by_a_sentence(
    tracker: Run, tmp_path: Path, args: tuple[str, ...], said: str, code: int
) -> None:
    done = tracker("new-plugin", *args)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
