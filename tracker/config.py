"""The portal's configuration: environment variables, or the same lines in a file."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

PREFIX = "TRACKER_"
NO_SETTINGS = {f"{PREFIX}{name}" for name in ("CONFIG", "CRASH_AT", "DEBUG", "FAULTS", "NO_SKIP")}
"""Variables that are read elsewhere: the file's place, and switches for developers."""


class ConfigError(Exception):
    """What is missing or wrong, in a sentence that names the variable and says what to do."""


class Config(BaseModel):
    """Every setting of an installation. The variable of a field is its name in capitals after `TRACKER_`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="the portal's public address, e.g. https://track.example.com")
    keys: SecretStr = Field(description="one or more `name:secret`, comma-separated, the one in use first")
    database: str = Field("sqlite:///instance/tracker.sqlite3", description="sqlite:///file or postgresql://...")
    instance: Path = Field(Path("instance"), description="folder for uploads and the SQLite file")
    plugins: str = Field("", description="further folders with plugins, colon-separated")
    plugins_block: str = Field("", description="names of plugins not to load, comma-separated")
    trace_plugins: bool = Field(False, description="1 logs every call into a plugin, with its time and outcome")
    mail_host: str = Field("", description="SMTP server; without it no mail leaves")
    mail_port: int = Field(587, ge=1, le=65535, description="SMTP port")
    mail_user: str = Field("", description="SMTP user")
    mail_password: SecretStr = Field(SecretStr(""), description="SMTP password")
    mail_security: str = Field("starttls", description="starttls, tls, or none (loopback only)")
    mail_from: str = Field("", description="sender address where a shop names none")
    mailbox: str = Field("", description="folder of the local mail sink, for development only")
    notice_hold: float = Field(20.0, ge=0, le=3600, description="seconds a notice waits, so that news travels together")
    page_pace: int = Field(600, ge=2, le=600, description="seconds after which an open page asks again at the latest")
    proxies: int = Field(0, ge=0, le=5, description="trusted reverse proxies in front of the portal")
    http_allow: str = Field("", description="private addresses plugins may call, host:port, comma-separated")
    workers: int = Field(2, ge=1, le=64, description="threads of the worker")

    @field_validator("url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must look like https://track.example.com, without a path")
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("must be https; plain http is for localhost alone")
        return value.rstrip("/")

    @field_validator("keys")
    @classmethod
    def _check_keys(cls, value: SecretStr) -> SecretStr:
        for entry in value.get_secret_value().split(","):
            name, _, secret = entry.strip().partition(":")
            if not name.isalnum() or len(name) > 16 or len(secret) < 32:
                raise ValueError(
                    "needs entries like k1:SECRET with at least 32 characters each; `tracker init` makes one"
                )
        return value

    @model_validator(mode="after")
    def _check_mail(self) -> "Config":
        if self.mail_host and not self.mail_from:
            raise ValueError("TRACKER_MAIL_FROM is missing: TRACKER_MAIL_HOST is set, so name the sender address too")
        if bool(self.mail_user) != bool(self.mail_password.get_secret_value()):
            raise ValueError("TRACKER_MAIL_USER and TRACKER_MAIL_PASSWORD go together: set both or neither")
        if self.mail_security not in ("starttls", "tls", "none"):
            raise ValueError("TRACKER_MAIL_SECURITY is starttls, tls or none")
        if self.mail_security == "none" and self.mail_host not in ("", "localhost", "127.0.0.1", "::1"):
            raise ValueError("TRACKER_MAIL_SECURITY=none is for a mail server on this machine; use starttls or tls")
        return self

    @property
    def host(self) -> str:
        """Host and port of the public address, as a browser names it in `Host`."""
        return urlsplit(self.url).netloc

    @property
    def secure(self) -> bool:
        """Whether the portal is reached over https."""
        return self.url.startswith("https:")

    def purpose_keys(self, purpose: str) -> dict[str, bytes]:
        """The key list, name to 32 bytes, bound to one purpose; the first is for new things, all are accepted."""
        return dict(_derive(self.keys.get_secret_value(), purpose))


@lru_cache(maxsize=32)
def _derive(keys: str, purpose: str) -> tuple[tuple[str, bytes], ...]:
    entries = (entry.strip().partition(":") for entry in keys.split(","))
    return tuple(
        (name, hmac.digest(secret.encode(), f"tracker:{purpose}".encode(), hashlib.sha256))
        for name, _, secret in entries
    )


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """The configuration from `TRACKER_*` variables, and from the file `TRACKER_CONFIG` for those not set.

    Raises `ConfigError` with a sentence per variable that is missing or wrong.
    """
    environ = os.environ if environ is None else environ
    path = Path(environ.get("TRACKER_CONFIG", "instance/tracker.env"))
    merged = {**_read_file(path), **{k: v for k, v in environ.items() if k.startswith(PREFIX)}}
    merged = {k: v for k, v in merged.items() if k not in NO_SETTINGS}
    try:
        return Config.model_validate({k.removeprefix(PREFIX).lower(): v for k, v in merged.items()})
    except ValidationError as error:
        raise ConfigError("\n".join(_sentences(error))) from None


def _read_file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for item in error.errors(include_url=False, include_input=False):
        message = str(item["msg"]).removeprefix("Value error, ")
        if not item["loc"]:
            sentences.append(message)
            continue
        name = PREFIX + str(item["loc"][0]).upper()
        if item["type"] == "missing":
            what = Config.model_fields[str(item["loc"][0])].description
            sentences.append(f"{name} is not set: {what}. Run `tracker init` for a first configuration.")
        elif item["type"] == "extra_forbidden":
            sentences.append(f"{name} is not a setting of Tracker; see `tracker doctor --settings` for all of them.")
        else:
            sentences.append(f"{name} {message}.")
    return sentences
