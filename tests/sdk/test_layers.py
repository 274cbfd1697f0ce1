"""What the SDK may lean on, so that a plugin author needs to know nothing else."""

import ast
import sys
from pathlib import Path

from tracker import sdk

FOLDER = Path(sdk.__file__).parent
ALLOWED = {*sys.stdlib_module_names, "pydantic", "pluggy"}


def test_the_sdk_imports_the_standard_library_pydantic_and_pluggy_only():
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            strangers = {name.partition(".")[0] for name in names} - ALLOWED
            assert not strangers, f"{file.name}:{node.lineno} imports {strangers}"
            assert getattr(node, "level", 0) <= 1, f"{file.name}:{node.lineno} reaches out of the SDK"


def test_every_name_that_plugins_may_import_is_there_once_and_no_other():
    assert len(sdk.__all__) == len(set(sdk.__all__))
    missing = [name for name in sdk.__all__ if not hasattr(sdk, name)]
    assert not missing
    tree = ast.parse((FOLDER / "__init__.py").read_text("utf-8"))
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported == set(sdk.__all__)
