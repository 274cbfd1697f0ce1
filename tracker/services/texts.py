"""Templates outside of a request: mails, and the blocks of plugins on any surface."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, TemplateNotFound, select_autoescape
from jinja2.loaders import split_template_path

from tracker.host.registry import Registry
from tracker.i18n import templates
from tracker.paths import resource


class PluginLoader(BaseLoader):
    """Finds `<plugin>:<file>` in that plugin's `templates/`. A name without a plugin is the portal's own affair."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        plugin, colon, file = template.partition(":")
        folder = self._registry.template_folder(plugin) if colon else None
        if folder is None or ":" in file:
            raise TemplateNotFound(template)
        path = folder.joinpath(*split_template_path(file))
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            raise TemplateNotFound(template)
        return path.read_text(encoding="utf-8"), str(path), lambda: True


def environment(loader: BaseLoader) -> Environment:
    """An environment like that of the pages: escaped but in `.txt`, languages installed."""
    made = Environment(
        loader=loader,
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.install(made)
    return made


def render(name: str, values: Mapping[str, Any]) -> str:
    """One of the portal's own templates, in the locale in force."""
    return _own().get_template(name).render(values)


@lru_cache(maxsize=1)
def _own() -> Environment:
    return environment(FileSystemLoader(resource("templates")))
