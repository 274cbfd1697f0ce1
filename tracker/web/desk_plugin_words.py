"""What the desk says of plugins: what they do, how they fare, why they failed, and what to do about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from tracker.i18n import gettext, mark
from tracker.services import settings
from tracker.services.health import Failure
from tracker.services.trials import Finding

KINDS: Mapping[str, str] = {
    "carrier": mark("Carriers"),
    "store": mark("Stores"),
    "channel": mark("Channels"),
    "block": mark("Blocks"),
    "recommender": mark("Recommenders"),
    "vocabulary": mark("Vocabularies"),
    "listener": mark("Listeners"),
    "": mark("Others"),
}
"""In the order in which they are listed."""
KIND: Mapping[str, str] = {
    "carrier": mark("Carrier"),
    "store": mark("Store"),
    "channel": mark("Channel"),
    "block": mark("Block"),
    "recommender": mark("Recommender"),
    "vocabulary": mark("Vocabulary"),
    "listener": mark("Listener: is told of changes"),
}
STATES: Mapping[str, str] = {"on": mark("On"), "off": mark("Off"), "waiting": mark("Needs settings")}
ABILITIES: Mapping[str, str] = {
    "polls": mark("is asked by the portal"),
    "pushes": mark("sends its news by itself"),
    "subscribes": mark("is told which parcels to send news of"),
    "labels": mark("gives labels to print"),
}
DEEDS: Mapping[str, str] = {
    "settings": mark("changed the settings"),
    "enabled": mark("switched it on"),
    "disabled": mark("switched it off"),
    "tested": mark("tested the connection"),
}
REASONS: Mapping[str, tuple[str, str]] = {
    "import error": (
        mark("It cannot be imported"),
        mark("Import the module by itself, mend what it says, and install what it lacks."),
    ),
    "no PLUGIN": (
        mark("It does not say what it is"),
        mark("Its author has to put PLUGIN = Plugin(name=..., label=..., version=...) at the top of the module."),
    ),
    "wrong API version": (
        mark("It is written for another version"),
        mark("Install a release of the plugin for this version of the portal, or update the portal."),
    ),
    "unknown hook": (
        mark("It uses a hook that does not exist"),
        mark("Its author has to name the function after a hook of docs/hooks.md and mark it with @hookimpl."),
    ),
    "unknown argument": (
        mark("It asks a hook for more than there is"),
        mark("Its author has to take only the arguments that docs/hooks.md gives for this hook."),
    ),
    "wrapper implementation": (
        mark("It wraps the hooks of others"),
        mark("Its author has to use a plain @hookimpl."),
    ),
    "raised in registration": (
        mark("It broke while it was starting"),
        mark("Its author has to let the hook return its objects without calling out."),
    ),
    "not iterable": (
        mark("It hands over something that is no list"),
        mark("Its author has to return a list, even for one object or none."),
    ),
    "wrong type inside": (
        mark("It hands over something unfinished"),
        mark("Its author has to return finished objects with the attributes that their class asks for."),
    ),
    "taken id": (
        mark("Another plugin has its name"),
        mark("Choose another id or name, or put the other plugin on the list TRACKER_PLUGINS_BLOCK."),
    ),
    "settings that are not a model": (
        mark("Its settings are no form"),
        mark("Its author has to give Plugin(settings=...) a class that derives from pydantic.BaseModel."),
    ),
}
"""By the reason that the loader names: what is wrong, and what to do."""
TRIED: Mapping[str, str] = {
    "": mark("%(name)s lets us in."),
    "settings": mark("Fill in or correct first: %(fields)s."),
    "auth": mark("%(name)s refused the credentials. Check: %(fields)s."),
    "rate_limit": mark("%(name)s has been asked often enough for now. Try again in a few minutes."),
    "upstream": mark("%(name)s does not answer. Try again later; if that stays so, check the address."),
    "not_found": mark("%(name)s does not know what we asked for. Check the address."),
    "invalid_number": mark("%(name)s does not know what we asked for. Check the address."),
    "bad_request": mark("%(name)s did not take our question. Check: %(fields)s."),
    "barred": mark(
        "The portal may not call the address of %(name)s. Use a public one, or have whoever runs the portal add it to "
        "TRACKER_HTTP_ALLOW."
    ),
    "parse": mark("What answered does not speak like %(name)s. Check the address."),
    "resting": mark("%(name)s is left alone for a minute after several errors. Try again then."),
}
BROKEN = mark("The plugin itself broke. Tell its author what it said.")
LABELS: Mapping[str, str] = {
    "not_found": mark("The carrier has no label for this number. Was it bought in this account?"),
    "invalid_number": mark("The carrier has no label for this number. Was it bought in this account?"),
    "auth": mark("The carrier does not let us in. An owner of the shop has to correct its settings."),
    "rate_limit": mark("The carrier has been asked often enough for now."),
    "upstream": mark("The carrier does not answer at the moment."),
    "parse": mark("The carrier’s answer could not be read."),
    "bad_request": mark("The carrier gives no label for this shipment."),
}


def word(words: Mapping[str, str], value: str) -> str:
    """What one of a closed set is called; a stranger stands for itself."""
    return gettext(words[value]) if value in words else value


def explain_failure(failure: Failure) -> tuple[str, str]:
    """Why a plugin is not there, and what to do."""
    reason, remedy = REASONS.get(str(failure.reason), (str(failure.reason), failure.remedy))
    return gettext(reason), gettext(remedy)


def explain_finding(finding: Finding, name: str, model: type[BaseModel], titles: Mapping[str, str]) -> str:
    """What a test found, in words. `titles` are what the fields of the settings are called."""
    named = finding.said.split(", ") if finding.kind == "settings" else _credentials(model)
    facts = {"name": name, "fields": ", ".join(titles.get(one, one) for one in named)}
    return gettext(TRIED.get(finding.kind, BROKEN)) % facts


def explain_label(error: str) -> tuple[str, str]:
    """Why there is no label, in words, and what the carrier said itself."""
    kind, _colon, said = error.partition(": ")
    return gettext(LABELS.get(kind, BROKEN)), said


def _credentials(model: type[BaseModel]) -> Iterable[str]:
    """The fields of which one is probably wrong when nobody lets us in."""
    fields: dict[str, Any] = dict(model.model_fields)
    hidden = [name for name, field in fields.items() if "Secret" in str(field.annotation)]
    wanted = [name for name, field in fields.items() if field.is_required() or name in hidden]
    return [name for name in wanted if name not in settings.MADE] or list(fields)
