"""The house rules that a script can see."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("tracker", "plugins")
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
SHOPLESS = {
    # The database as a whole, and rows that belong to no shop.
    "backup": {"backup", "check_backup", "restore"},
    "database": {"open_database", "bound", "transaction", "after_commit", "hold"},
    "errors": {"translate"},
    "prepared": {"param"},
    "migrate": {"migrate", "pending", "check_schema"},
    # Names that hold their shop (`kept.name_of` puts it in), and rows that their caller holds already.
    "kept": {"name_of", "read", "write", "forget", "forget_value", "lock", "unlock", "purge_kept"},
    "leases": {"claim", "finish", "retry", "bury", "extend", "holds", "revive", "waiting", "dead", "oldest", "purge",
               "next_due"},
    # The worker's own errands over all shops, and retention.
    "inbox": {"forget_bodies"},
    "instructions": {"describe_instruction", "find_overdue", "find_stuck"},
    "outbox": {"key_of", "put", "find", "forget_payloads", "dead_rows", "is_overtaken", "load_claimed"},
    "shipments": {"claim_due", "find_late", "find_stalling", "find_turning", "next_ask_at"},
    "subscriptions": {"due_subscriptions"},
    # A token, a digest or an address is what leads to the shop.
    "links": {"open_link"},
    "shops": {"create_shop", "find_by_slug", "find_door", "find_asset", "load_shops", "load_plugin_settings"},
    # People work in several shops.
    "staff": {"add_staff", "find_staff", "set_password", "find_membership", "load_names", "set_locale",
              "load_memberships", "add_session", "find_session", "load_sessions", "touch_session", "revoke_session",
              "revoke_sessions", "give_back", "purge_sessions"},
}  # fmt: skip


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in done.stdout.splitlines() if (path := ROOT / name).is_file()]


def functions(*tops: str) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for top in tops:
        for path in (ROOT / top).rglob("*.py"):
            # A migration is a record of tables, kept as it was run.
            if "migrations" not in path.parts:
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                        yield path, node


def test_imports_run_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [str(linter), "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_400_lines() -> None:
    files = [path for path in tracked("*.py", "*.html", "*.css", "*.js") if "vendor" not in path.parts]
    long = {str(path.relative_to(ROOT)): n for path in files if (n := _lines(path)) > LONGEST_FILE}
    assert not long


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": n
        for path, node in functions(*PRODUCT)
        if (n := _span(node)) > LONGEST_FUNCTION
    }
    assert not long


def test_every_public_name_of_the_sdk_and_services_says_what_it_gives() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path, node in functions("tracker/sdk", "tracker/services", "tracker/domain", "tracker/store")
        if not node.name.startswith("_") and node.col_offset == 0 and not ast.get_docstring(node)
    ]
    assert not bare


def test_every_query_takes_its_shop_first() -> None:
    wrong = []
    for path in (ROOT / "tracker/store").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                first = node.args.args[0].arg if node.args.args else ""
                if first != "shop" and node.name not in SHOPLESS.get(path.stem, ()):
                    wrong.append(f"{path.stem}.{node.name}")
    assert not wrong


def test_the_list_of_queries_without_a_shop_names_no_strangers() -> None:
    for module, names in SHOPLESS.items():
        tree = ast.parse((ROOT / f"tracker/store/{module}.py").read_text(encoding="utf-8"))
        assert names <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, module


def test_transactions_begin_in_one_place() -> None:
    """peewee's own `atomic` would take SQLite's write lock too late, and savepoints would hide a failed part."""
    users = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for top in PRODUCT
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("atomic", "savepoint", "manual_commit")
    ]
    assert users == [user for user in users if user.startswith("tracker/store/database.py:")]
    assert users


@pytest.mark.parametrize("folder", ["templates", "plugins"])
def test_templates_need_no_inline_code(folder: str) -> None:
    """Neither script nor style stands in a page, so that its policy can forbid both."""
    for path in (ROOT / folder).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # A mail program takes no style sheet.
        if "notices" in path.parts or path.name.endswith(".mail.html"):
            continue
        for wrong in ("<style", " style=", " onclick=", "hx-on", "javascript:", "|safe"):
            assert wrong not in text, f"{path.relative_to(ROOT)}: {wrong}"


def test_nothing_names_another_machine_of_ours() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_the_ci_script_can_be_run() -> None:
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_where_nothing_may_be_skipped_a_skip_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("import pytest\n\n\ndef test_one():\n    pytest.skip('no Chromium')\n")
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport  # noqa: F401\n")
    for value, code, word in (("", 0, "1 skipped"), ("1", 1, "nothing may be skipped here: Skipped: no Chromium")):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "TRACKER_NO_SKIP": value, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        assert word in done.stdout
