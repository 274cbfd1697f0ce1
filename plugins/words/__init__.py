"""Words: the vocabularies of other systems, one file each, so that what speaks them can be read and answered."""

from pathlib import Path

from tracker.sdk import Plugin, Vocabulary, hookimpl, load_vocabulary

PLUGIN = Plugin("words", "Words of other systems", "1.0.0")


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [load_vocabulary(path) for path in sorted(Path(__file__).parent.glob("*.toml"))]
