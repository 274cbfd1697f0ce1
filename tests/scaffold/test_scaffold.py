"""What `tracker new-plugin` writes works before anybody has changed it: installed by pip, held to the contract."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.scaffold import KINDS, Refused, write_plugin

ROOT = Path(__file__).parents[2]
NAMES = {"carrier": "acme", "channel": "nut-mail", "vocabulary": "old_words", "store": "corner-shop2", "block": "tile"}
LABELS = {"carrier": "Acme & Söhne (Express)", "store": "길모퉁이 가게"}


def call(folder: Path, *command: str, **environ: str) -> str:
    """What a command printed; it fails the test where the command failed."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a generated package of every kind."""
    folder = tmp_path_factory.mktemp("generated")
    for kind, name in NAMES.items():
        write_plugin(kind, name, folder, LABELS.get(kind, ""))
    return folder


def test_every_kind_installs_with_pip_and_keeps_its_contract_at_once(packages: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    folders = [str(folder) for folder in sorted(packages.iterdir())]
    call(packages, sys.executable, "-m", "pip", "install", *offline, "--target", str(target), *folders)
    chosen = [word for name in NAMES.values() for word in ("--tracker-plugin", name)]
    out = call(
        tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs",
        "tracker.testing.contract", *chosen, PYTHONPATH=str(target),
    )  # fmt: skip
    assert int(out.split(" passed")[0].split()[-1]) >= 65
    assert "skipped" not in out
    # Each package's own test file, of one line, finds its plugin by itself; the installed ones are what is tested.
    files = [str(file) for file in packages.glob("*/test_*.py")]
    assert {len(Path(file).read_text().splitlines()) for file in files} == {1}
    again = call(
        tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, PYTHONPATH=str(target)
    )
    assert again.split(" passed")[0].split()[-1] == out.split(" passed")[0].split()[-1]


def test_what_is_written_is_clean_and_typed(packages: Path) -> None:
    ruff = str(Path(sys.executable).parent / "ruff")
    call(packages, ruff, "check", "--no-cache", "--isolated", ".")
    call(
        packages, ruff, "check", "--no-cache", "--isolated", "--select", "ANN,F,I,UP,B", "--ignore", "ANN401,F403", "."
    )
    call(packages, ruff, "format", "--no-cache", "--isolated", "--line-length", "120", "--check", ".")
    # mypy --strict sees the scaffolds themselves as files of ours, and authors' own see the types of the SDK.
    assert (ROOT / "tracker/py.typed").is_file()


def test_nothing_of_the_scaffolds_own_name_is_left(packages: Path) -> None:
    for folder in packages.iterdir():
        for file in (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            if folder.name != "tracker-acme":
                assert "acme" not in file.read_text("utf-8").casefold(), file
                assert "acme" not in str(file.relative_to(packages))


def test_labels_and_names_stand_where_they_belong(packages: Path) -> None:
    shop = packages / "tracker-corner-shop2"
    source = (shop / "tracker_corner_shop2/__init__.py").read_text("utf-8")
    assert 'PLUGIN = Plugin("corner-shop2", "길모퉁이 가게", "0.1.0", settings=CornerShop2Settings)' in source
    assert "class CornerShop2Store(StoreConnector):" in source
    assert 'corner-shop2 = "tracker_corner_shop2"' in (shop / "pyproject.toml").read_text("utf-8")
    words = (packages / "tracker-old-words/tracker_old_words/__init__.py").read_text("utf-8")
    assert 'names: ClassVar = {"en": "Old Words"}' in words


@pytest.mark.parametrize(
    "name",
    ["", "Acme", "1acme", "acme parcels", "../acme", "acme/x", "/acme", "acme.py", "acme-", "-acme", "a--b", "akmé",
     "a" * 41, "acme\n", "acme\x00", ".", "..", "~", "acme;x", "한국"],
)  # fmt: skip
def test_s30_a_name_that_cannot_be_one_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="cannot be a plugin's name"):
        write_plugin("carrier", name, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("label", ['A"B', "A\\B", "A\nB", "A{B}", "-", "a" * 41, " A", '"""', "A\u202eB", "'"])
def test_a_label_that_would_break_the_code_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(Refused, match="cannot be a label"):
        write_plugin("carrier", "acme", tmp_path, label)
    assert not list(tmp_path.iterdir())


def test_what_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "tracker-acme").mkdir()
    (tmp_path / "tracker-two").symlink_to(tmp_path / "nowhere")
    for name in ("acme", "two"):
        with pytest.raises(Refused, match="is there already"):
            write_plugin("carrier", name, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tracker-acme", "tracker-two"]
    assert not list((tmp_path / "tracker-acme").iterdir())


def test_an_unknown_kind_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There are: carrier, channel"):
        write_plugin("../carrier", "acme", tmp_path)
    with pytest.raises(Refused, match="--into"):
        write_plugin("carrier", "acme", tmp_path / "nowhere")


def test_there_is_a_scaffold_for_every_kind() -> None:
    folder = ROOT / "tracker/scaffold"
    assert {path.name for path in folder.iterdir() if (path / "pyproject.toml").is_file()} == set(KINDS)
