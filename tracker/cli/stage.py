"""The demo's folder: its configuration, who signs in, and the lock that keeps a second demo out of it."""

import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from tracker.config import PREFIX, Config, load_config
from tracker.services.install import new_key

KEPT_VARIABLES = {f"{PREFIX}{name}" for name in ("DEBUG", "PLUGINS", "PLUGINS_BLOCK")}


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the demo made up when it first ran."""

    keys: str = field(default_factory=new_key)
    webhook: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    consumer: str = field(default_factory=lambda: f"cs_{secrets.token_hex(20)}")
    email: str = "ada@nettle-and-clay.example"
    password: str = field(default_factory=lambda: f"tea-{secrets.token_hex(4)}")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo lives, and its two addresses."""

    instance: Path
    port: int
    shop_port: int

    @property
    def folder(self) -> Path:
        return self.instance / "demo"

    @property
    def announcement(self) -> Path:
        """Where scripts find the addresses."""
        return self.instance / "demo.json"

    @property
    def portal_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def shop_url(self) -> str:
        """Another host name than the portal's, so that the two are different sites to a browser."""
        return f"http://127.0.0.1:{self.shop_port}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the folder against a second demo. Raises `ClickException` where one runs."""
        self.instance.mkdir(parents=True, exist_ok=True)
        with (self.instance / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise click.ClickException("The demo runs already. Stop that one with Ctrl-C first.") from None
            yield

    def clear(self) -> None:
        """Forgets everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.announcement.unlink(missing_ok=True)

    def secrets(self) -> Secrets:
        """What was made up the first time."""
        file = self.folder / "secrets.json"
        if file.exists():
            return Secrets(**json.loads(file.read_text(encoding="utf-8")))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Secrets()
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(asdict(made), out)
        return made

    def environ(self, smtp_port: int, around: Mapping[str, str]) -> dict[str, str]:
        """The environment of the demo's processes: the portal's settings, and nothing of another installation's.

        Only what somebody who tries a plugin out needs is taken over: its folder, and where its carrier may be asked.
        """
        plain = {name: value for name, value in around.items() if not name.startswith(PREFIX)}
        kept = {name: value for name, value in around.items() if name in KEPT_VARIABLES}
        allowed = [f"127.0.0.1:{self.shop_port}", around.get(f"{PREFIX}HTTP_ALLOW", "")]
        settings = {
            "CONFIG": os.devnull,
            "URL": self.portal_url,
            "KEYS": self.secrets().keys,
            "DATABASE": f"sqlite:///{self.folder.absolute() / 'tracker.sqlite3'}",
            "INSTANCE": str(self.folder.absolute()),
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(smtp_port),
            "MAIL_SECURITY": "none",
            "MAIL_FROM": "Nettle & Clay <hello@nettle-and-clay.example>",
            "MAILBOX": str(self.folder.absolute() / "mailbox"),
            "NOTICE_HOLD": "2",
            "PAGE_PACE": "5",
            "HTTP_ALLOW": ",".join(filter(None, allowed)),
        }
        return {**plain, **kept, **{PREFIX + name: value for name, value in settings.items()}}

    def config(self, smtp_port: int) -> Config:
        """The same settings for this process."""
        return load_config(self.environ(smtp_port, os.environ))

    def announce(self, links: Mapping[str, str]) -> None:
        """Writes the addresses for scripts, readable by their owner alone since the sign-in is among them."""
        known = self.secrets()
        told = {
            "portal": self.portal_url,
            "shop": f"{self.shop_url}{links['shop']}",
            "tracking": f"{self.portal_url}/t/{links['token']}",
            "embed": f"{self.portal_url}/embed/{links['token']}",
            "desk": f"{self.portal_url}/desk/",
            "mailbox": f"{self.portal_url}/dev/mailbox",
            "staff": {"email": known.email, "password": known.password},
        }
        part = self.announcement.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(told, out, indent=1)
        part.replace(self.announcement)


def check_ports(ports: Mapping[str, int]) -> None:
    """Raises `ClickException` for a port that is taken; `ports` maps make's variable to the port it chose."""
    if len(set(ports.values())) < len(ports):
        raise click.ClickException("PORT and SHOP_PORT must differ.")
    for variable, port in ports.items():
        if not _is_free(port):
            other = next(one for one in range(port + 10, 65536) if one not in ports.values() and _is_free(one))
            raise click.ClickException(
                f"Port {port} is in use by another program. Choose another one: make demo {variable}={other}"
            )


def _is_free(port: int) -> bool:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            # A machine without IPv6 has nobody there either.
            if family == socket.AF_INET or error.errno == errno.EADDRINUSE:
                return False
    return True
