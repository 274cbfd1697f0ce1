"""The hooks a plugin may implement. All are optional; those that register are called once per process at start."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pluggy

from .blocks import Block
from .carriers import Carrier
from .changes import ShipmentChange
from .channels import Channel
from .concerns import Concern, Feedback
from .context import Context
from .recommenders import Recommender
from .stores import StoreConnector
from .vocabularies import Vocabulary

PROJECT = "tracker"

F = TypeVar("F", bound=Callable[..., Any])
_spec = pluggy.HookspecMarker(PROJECT)
_impl = pluggy.HookimplMarker(PROJECT)


def hookimpl(function: F) -> F:
    """Marks a function of a plugin's module as the implementation of the hook it is named after."""
    return _impl(function)


@_spec
def tracker_register_carriers() -> Iterable[Carrier]:  # type: ignore[empty-body]
    """The carriers this plugin brings."""


@_spec
def tracker_register_channels() -> Iterable[Channel]:  # type: ignore[empty-body]
    """The channels this plugin brings."""


@_spec
def tracker_register_vocabularies() -> Iterable[Vocabulary]:  # type: ignore[empty-body]
    """The vocabularies this plugin brings."""


@_spec
def tracker_register_stores() -> Iterable[StoreConnector]:  # type: ignore[empty-body]
    """The store connectors this plugin brings."""


@_spec
def tracker_register_blocks() -> Iterable[Block]:  # type: ignore[empty-body]
    """The blocks this plugin brings."""


@_spec
def tracker_register_recommenders() -> Iterable[Recommender]:  # type: ignore[empty-body]
    """The recommenders this plugin brings."""


@_spec
def tracker_shipment_changed(change: ShipmentChange, ctx: Context) -> None:
    """A shipment's status is another than before. Called in the worker, after commit, at least once per change."""


@_spec
def tracker_concern_raised(concern: Concern, ctx: Context) -> None:
    """A customer reports that something is wrong. Called in the worker, after commit, at least once per concern."""


@_spec
def tracker_feedback_given(feedback: Feedback, ctx: Context) -> None:
    """A customer rates a delivery or changes the rating. Called in the worker, after commit, at least once each."""
