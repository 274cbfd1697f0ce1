"""Imports in the desk: a file goes up, its progress is watched, and what was refused comes back with the reason."""

import csv
import io
import tempfile
from pathlib import Path

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from tracker.i18n import gettext as _
from tracker.services import imports
from tracker.services.imports import BadFile, Import
from tracker.services.staff import Shop
from tracker.web import desk, htmx
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.security import UPLOAD_LIMIT, takes

blueprint = desk.make_blueprint("desk_imports")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""


@desk_route(blueprint, "/imports", "staff")
def list_imports(shop: Shop) -> ResponseReturnValue:
    """The form, and the imports so far, newest first."""
    return _show_list(shop)


@desk_route(blueprint, "/imports", "staff", methods=("POST",))
@takes(UPLOAD_LIMIT)
def upload(shop: Shop) -> ResponseReturnValue:
    """Takes a file for the worker to read, or says what is wrong with it."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _show_list(shop, _("Choose a file first."))
    try:
        row = _start(shop, file)
    except BadFile as error:
        return _show_list(shop, imports.describe_file(error))
    flash(_("The file is here. Its rows go in one after the other; this page shows how far it is."))
    return redirect(url_for("desk_imports.show_import", slug=shop.slug, id=row.id), code=303)


@desk_route(blueprint, "/imports/<int:id>", "staff")
def show_import(shop: Shop, id: int) -> ResponseReturnValue:
    """One import: how far it is, and what was refused. Only its progress when htmx refreshes it."""
    row = _find(shop, id)
    template = "desk/import_progress.html" if htmx.request.wants_fragment else "desk/import.html"
    return render_template(template, row=row, percent=_percent(row), describe=imports.describe)


@desk_route(blueprint, "/imports/<int:id>/refused.csv", "staff")
def download_refused(shop: Shop, id: int) -> ResponseReturnValue:
    """The refused rows as a file for a spreadsheet, in which no cell is a formula."""
    row = _find(shop, id)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([_("Line"), _("Column"), _("Value"), _("What to do")])
    for problem in row.problems:
        cells = [str(problem["line"]), problem["column"], problem["value"], imports.describe(problem)]
        writer.writerow([defuse(cell) for cell in cells])
    # The mark tells spreadsheets that it is UTF-8.
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=refused-{row.id}.csv"
    return response


def defuse(cell: str) -> str:
    """The cell as a spreadsheet shows it as text: an apostrophe before whatever could begin a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _start(shop: Shop, file: FileStorage) -> Import:
    folder = portal().config.instance.absolute() / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part") as kept:
        file.save(kept)
        kept.flush()
        silent = "tell" not in request.form
        return imports.start(portal(), shop.id, Path(kept.name), file.filename or "", actor=me().actor, silent=silent)


def _find(shop: Shop, id: int) -> Import:
    row = imports.find(portal(), shop.id, id)
    if row is None:
        abort(404)
    return row


def _percent(row: Import) -> int:
    return 100 if row.state == "done" else min(99, row.done_bytes * 100 // max(row.size, 1))


def _show_list(shop: Shop, error: str = "") -> ResponseReturnValue:
    rows = [(row, _percent(row)) for row in imports.latest(portal(), shop.id)]
    tell = request.method == "GET" or "tell" in request.form
    page = render_template("desk/imports.html", rows=rows, error=error, tell=tell)
    return make_response(page, 422 if error else 200)
