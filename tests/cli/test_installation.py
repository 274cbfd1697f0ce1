"""From an empty folder to a portal, with the commands that docs/operating.md names."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tracker.testing.woocommerce import MadeUpShop, make_order

from .conftest import Run, run_tracker

INIT = ("init", "--url", "http://localhost:8000", "--shop", "tea-house", "--owner", "me@example.com")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where `tracker init` was run, to copy."""
    folder = tmp_path_factory.mktemp("installed")
    done = run_tracker(folder, *INIT)
    assert done.returncode == 0, done.stderr
    return folder / "instance"


@pytest.fixture
def installed(tracker: Run, template: Path, tmp_path: Path) -> Run:
    """The command, in such a folder."""
    shutil.copytree(template, tmp_path / "instance")
    return tracker


def test_init_writes_fresh_keys_that_its_owner_alone_can_read(tracker: Run, tmp_path: Path) -> None:
    done = tracker(*INIT)
    assert done.returncode == 0, done.stderr
    file = tmp_path / "instance/tracker.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (key,) = (line for line in file.read_text().splitlines() if line.startswith("TRACKER_KEYS="))
    assert len(key.removeprefix("TRACKER_KEYS=k1:")) >= 32
    assert "Password (shown this once)" in done.stdout


def test_init_again_changes_nothing(installed: Run, tmp_path: Path) -> None:
    file = tmp_path / "instance/tracker.env"
    before = file.read_text()
    done = installed("init", "--url", "https://other.example")
    assert done.returncode == 0, done.stderr
    assert "stays as it is" in done.stdout
    assert "up to date" in done.stdout
    assert file.read_text() == before


def test_init_again_with_the_same_shop_and_owner_keeps_both(installed: Run) -> None:
    done = installed(*INIT)
    assert done.returncode == 0, done.stderr
    assert "Shop: tea-house is there already." in done.stdout
    assert "Owner: me@example.com is there already." in done.stdout
    assert "Password" not in done.stdout


def test_a_second_shop_may_have_the_same_owner(installed: Run) -> None:
    done = installed("init", "--shop", "cup-house", "--owner", "me@example.com")
    assert done.returncode == 0, done.stderr
    assert "Owner: me@example.com may work in cup-house" in done.stdout


def test_staff_are_let_in_and_get_new_passwords(installed: Run) -> None:
    new = installed("staff", "Mina@example.com", "--shop", "tea-house", "--role", "marketer")
    assert new.returncode == 0, new.stderr
    assert "Marketer: mina@example.com signs in at http://localhost:8000/desk/" in new.stdout
    assert "mina@example.com works in tea-house as marketer." in installed(
        "staff", "mina@example.com", "--shop", "tea-house"
    ).stdout  # fmt: skip
    assert "Password" not in installed("staff", "mina@example.com", "--shop", "tea-house", "--role", "staff").stdout
    lost = installed("staff", "mina@example.com", "--shop", "tea-house", "--new-password")
    assert "has a new password" in lost.stdout
    told = [done.stdout.partition("Password (shown this once): ")[2].strip() for done in (new, lost)]
    assert all(told)
    assert told[0] != told[1]


def test_init_says_which_option_is_missing_where_nobody_can_be_asked(tracker: Run) -> None:
    done = tracker("init", "--url", "http://localhost:8000")
    assert done.returncode == 2
    assert "--shop" in done.stderr


@pytest.mark.parametrize("slug", ["Tea House", "-x", "x" * 41, "tee/haus"])
def test_a_short_name_that_no_address_can_hold_is_refused(tracker: Run, slug: str) -> None:
    done = tracker("init", "--url", "http://localhost:8000", "--shop", slug, "--owner", "me@example.com")
    assert done.returncode == 1
    assert "short name" in done.stderr


def test_migrate_has_nothing_to_do_after_init(installed: Run) -> None:
    assert "Nothing to do" in installed("migrate").stdout


def test_run_and_worker_refuse_tables_of_another_shape(tracker: Run, tmp_path: Path) -> None:
    environ = {"TRACKER_URL": "http://localhost:8000", "TRACKER_KEYS": f"k1:{'x' * 40}"}
    (tmp_path / "instance").mkdir()
    for command in ("run", "worker"):
        done = tracker(command, env=environ)
        assert done.returncode == 1
        assert "tracker migrate" in done.stderr


def test_a_backup_can_be_put_back(installed: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    assert installed("backup", str(copy)).returncode == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = installed("backup", str(copy))
    assert again.returncode == 1
    assert "exists already" in again.stderr
    (tmp_path / "instance/tracker.sqlite3").write_bytes(b"spoiled")
    assert installed("hooks", "--shop", "tea-house").returncode == 1
    assert installed("restore", str(copy)).returncode == 0
    assert installed("hooks", "--shop", "tea-house").returncode == 0


def test_a_shop_that_is_not_there_is_told_with_those_that_are(installed: Run) -> None:
    done = installed("hooks", "--shop", "nowhere")
    assert done.returncode == 1
    assert "tea-house" in done.stderr


def test_hooks_print_the_address_and_the_secret(installed: Run) -> None:
    before = installed("hooks", "--shop", "tea-house").stdout
    assert "http://localhost:8000/hooks/tea-house/stores/woocommerce" in before
    assert "tracker settings woocommerce --shop tea-house webhook_secret" in before
    _connect(installed, "https://tea.example")
    assert "a-secret-of-24-characters" in installed("hooks", "--shop", "tea-house").stdout


def test_settings_never_show_a_secret_again(installed: Run, tmp_path: Path) -> None:
    done = _connect(installed, "https://tea.example")
    assert "a-secret" not in done.stdout + done.stderr
    shown = installed("settings", "woocommerce", "--shop", "tea-house").stdout
    assert "a-secret" not in shown
    assert "kept, not shown" in shown
    assert "https://tea.example" in shown
    # Nor can the file be read for it.
    assert b"a-secret" not in (tmp_path / "instance/tracker.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("pair", "said"),
    [("colour=red", "no setting 'colour'"), ("url=ftp://x", "url:"), ("url=", "url:"), ("url", "NAME=VALUE")],
)
def test_a_wrong_setting_changes_nothing_and_says_why(installed: Run, pair: str, said: str) -> None:
    _connect(installed, "https://tea.example")
    done = installed("settings", "woocommerce", "--shop", "tea-house", pair)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "https://tea.example" in installed("settings", "woocommerce", "--shop", "tea-house").stdout


def test_sync_link_and_import_bring_an_order_to_its_page(installed: Run, tmp_path: Path) -> None:
    store = MadeUpShop()
    store.put(make_order(1001))
    with store.running() as address:
        _connect(installed, address)
        environ = {"TRACKER_HTTP_ALLOW": address.removeprefix("http://")}
        done = installed("sync", "--shop", "tea-house", "--since", "2020-01-01", env=environ)
        assert done.returncode == 0, done.stderr
        assert "1 added" in done.stdout
        again = installed("sync", "--shop", "tea-house", "--since", "2020-01-01", env=environ)
        assert "1 unchanged" in again.stdout
    link = installed("link", "1001", "--shop", "tea-house")
    assert link.stdout.startswith("http://localhost:8000/t/"), link.stderr
    assert installed("link", "1001", "--shop", "tea-house").stdout == link.stdout
    file = tmp_path / "shipments.csv"
    file.write_text("Order number,Carrier,Tracking number\n1001,UPS,1Z999AA10123456784\n9999,UPS,1Z999AA10123456784\n")
    done = installed("import-csv", str(file), "--shop", "tea-house")
    assert done.returncode == 1
    assert "1 added" in done.stdout
    assert "line 3" in done.stderr
    assert "9999" in done.stderr


def test_an_order_that_is_not_there_is_told_with_what_to_do(installed: Run) -> None:
    done = installed("link", "4711", "--shop", "tea-house")
    assert done.returncode == 1
    assert "tracker sync" in done.stderr


def test_sync_without_a_day_or_a_store_says_what_is_missing(installed: Run) -> None:
    assert "no store set up" in installed("sync", "--shop", "tea-house").stderr
    _connect(installed, "https://tea.example")
    assert "--since" in installed("sync", "--shop", "tea-house").stderr
    assert installed("sync", "--shop", "tea-house", "--since", "soon").returncode == 2


def test_match_prefers_the_carriers_of_the_shop(installed: Run) -> None:
    number = "1Z999AA10123456784"
    told = json.loads(installed("match", number, "--shop", "tea-house", "--json").stdout)
    assert told["candidates"][0]["carrier"] == "ups"


def test_doctor_names_each_problem_with_what_to_do(installed: Run) -> None:
    done = installed("doctor")
    assert done.returncode == 1
    assert "problem  mail" in done.stdout
    assert "TRACKER_MAIL_HOST" in done.stdout
    assert "problem  worker" in done.stdout
    assert "tracker worker" in done.stdout
    assert "ok       database" in done.stdout


def test_doctor_sees_a_lost_key(installed: Run) -> None:
    _connect(installed, "https://tea.example")
    done = installed("doctor", env={"TRACKER_KEYS": f"k9:{'y' * 40}"})
    assert "problem  keys" in done.stdout
    assert "woocommerce" in done.stdout
    assert "TRACKER_KEYS" in done.stdout


def test_doctor_stops_at_a_configuration_that_is_none(tracker: Run) -> None:
    done = tracker("doctor")
    assert done.returncode == 1
    assert "TRACKER_URL is not set" in done.stdout


def test_doctor_lists_every_variable(tracker: Run) -> None:
    from tracker.config import Config

    told = tracker("doctor", "--settings").stdout
    for name in Config.model_fields:
        assert f"TRACKER_{name.upper()} " in told


def test_plugins_lists_what_is_loaded_and_what_failed(tracker: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/broken.py").write_text("import nothing_of_that_name\n")
    assert tracker("plugins").returncode == 0
    done = tracker("plugins", "--plugins", "mine")
    assert done.returncode == 1
    assert "carrier:ups" in done.stdout
    assert "broken" in done.stderr
    assert "import error" in done.stderr


def _connect(tracker: Run, address: str) -> "subprocess.CompletedProcess[str]":
    settings = f"url={address}\n# a comment\nwebhook_secret=a-secret-of-24-characters\n"
    settings += "consumer_key=ck_made_up\nconsumer_secret=cs_made_up\n"
    done = tracker("settings", "woocommerce", "--shop", "tea-house", "--stdin", input=settings)
    assert done.returncode == 0, done.stderr
    assert os.environ.get("TRACKER_KEYS") is None
    return done
