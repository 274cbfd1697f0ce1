"""What was measured on: a figure without its machine says little."""

import os
import platform
from importlib.metadata import version

from bench.rounds import Effort
from bench.servers import CONNECTIONS, THREADS, WORKERS

PACKAGES = ("flask", "gunicorn", "peewee", "jinja2")


def describe(effort: Effort) -> str:
    """Two lines: machine and versions, and how the rounds were run."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, {packages}\n"
        f"gunicorn gthread, {WORKERS} worker x {THREADS} threads, no access log of its own on either side (the portal "
        f"writes its log line per request), {CONNECTIONS} keep-alive connections from a process of their own; "
        f"{effort.rounds} rounds of {effort.seconds:g} s in turns; median (least-most)\n"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
