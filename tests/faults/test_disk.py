"""A disk that is really full (R-20). The small runs of it stand in tests/store/test_database.py."""

import os
import shutil
import subprocess

import pytest

from tracker.store import outbox
from tracker.store.database import StoreFull, open_database
from tracker.store.outbox import Outbox

from .harness import integrity


@pytest.mark.faults
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_r20_a_real_full_disk(sqlite_template, tmp_path, clock):
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    try:
        shutil.copy(sqlite_template, folder / "db")
        database = open_database(f"sqlite:///{folder / 'db'}")
        kept = _fill(clock)
        assert integrity(folder / "db") == "ok"
        subprocess.run(["mount", "-o", "remount,size=20m", folder], check=True)
        outbox.put("t", "space again", {}, clock())
        assert Outbox.select().count() == kept + 1
        database.close_thread()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _fill(clock):
    for n in range(400):
        try:
            outbox.put("t", f"big{n}", {"text": "x" * 20_000}, clock())
        except StoreFull:
            assert n > 5
            return n
    raise AssertionError("the disk never filled")
