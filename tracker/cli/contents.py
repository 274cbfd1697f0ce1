"""The table of contents of the command line."""

import importlib
from dataclasses import dataclass
from typing import cast

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name, the module beside this one that holds it, and the line that the table shows."""

    name: str
    module: str
    help: str

    def load(self) -> click.Command:
        """The command itself, which stands in its module under its name."""
        module = importlib.import_module(f"{__package__}.{self.module}")
        return cast(click.Command, getattr(module, self.name.replace("-", "_")))


CONTENTS: dict[str, tuple[Entry, ...]] = {
    "See it": (Entry("demo", "demo", "Run portal, worker and a made-up shop on this machine."),),
    "Install and run": (
        Entry("init", "setup", "Write a first configuration, make the tables, the first shop and its owner."),
        Entry("run", "serve", "Serve the pages, the desk and the doors."),
        Entry("worker", "serve", "Do what is owed: read deliveries, ask carriers, send notices."),
        Entry("doctor", "doctor", "Check the installation and say what to do."),
    ),
    "Orders": (
        Entry("import-csv", "intake", "Bring shipments in from a CSV file."),
        Entry("sync", "intake", "Bring existing orders in from a store, silently."),
        Entry("link", "orders", "Print the tracking address of an order."),
        Entry("hooks", "orders", "Print the addresses and secrets for a shop's inbound webhooks."),
    ),
    "Carriers and plugins": (
        Entry("parse", "parse", "Show what a carrier's answer says."),
        Entry("match", "match", "Name the carriers that a tracking number may belong to."),
        Entry("vocabulary", "vocabulary", "Show what words of other systems mean."),
        Entry("plugins", "plugins", "List what is loaded, and what failed and why."),
        Entry("settings", "plugins", "Show or set a plugin's settings in a shop."),
        Entry("new-plugin", "new_plugin", "Write the beginnings of a plugin of your own."),
        Entry("record", "record", "Ask a carrier about a parcel and keep its answer as a sample, without the people."),
    ),
    "Upkeep": (
        Entry("staff", "staff", "Let somebody work in a shop, or give them a new password."),
        Entry("migrate", "setup", "Bring the tables to the shape that this version needs."),
        Entry("backup", "setup", "Copy the database into a file while everything runs."),
        Entry("restore", "setup", "Put a backup in the place of the database."),
        Entry("verify", "verify", "Check a delivery report, or that nothing recorded was changed."),
    ),
}


def find(name: str) -> Entry | None:
    """The entry of a command, or `None` where there is no such command."""
    return next((entry for entries in CONTENTS.values() for entry in entries if entry.name == name), None)
