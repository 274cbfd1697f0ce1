"""Clients over HTTP for a while, in a process of their own; prints latencies in milliseconds as one line.

Writers send signed webhooks of new orders. Readers ask for tracking pages, every other time with the ETag they have,
as an open page does.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

from tracker.testing.woocommerce import make_order, webhook

Ask = Callable[[HTTPConnection], int]


def make_writer(job: dict, thread: int) -> list[Ask]:
    """Requests made beforehand, so that making them costs nothing while time runs."""
    count = int(job["seconds"] * job["per_second"]) + 1
    first = job["first"] + thread * count
    made = [webhook(make_order(n), "order.created", job["secret"], f"load-{n}") for n in range(first, first + count)]

    def send(connection: HTTPConnection, body: bytes, headers: dict[str, str]) -> int:
        connection.request("POST", job["path"], body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return [lambda connection, body=body, headers=headers: send(connection, body, headers) for body, headers in made]


def make_repeater(job: dict, _thread: int) -> list[Ask]:
    """One and the same request."""

    def send(connection: HTTPConnection) -> int:
        connection.request("POST", job["path"], job["body"].encode(), job["headers"])
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return [send]


def make_reader(job: dict, thread: int) -> list[Ask]:
    """Requests for each page in turn, first for all of it and then for what changed."""
    tags: dict[str, str] = {}

    def read(connection: HTTPConnection, path: str) -> int:
        known = tags.pop(path, "")
        connection.request("GET", path, headers={"If-None-Match": known} if known else {})
        answer = connection.getresponse()
        answer.read()
        if not known:
            tags[path] = answer.getheader("ETag", "")
        return answer.status

    paths = [path for path in job["paths"][thread::2] for _ in range(2)]
    return [lambda connection, path=path: read(connection, path) for path in paths]


def repeat(job: dict, asks: list[Ask], answers: list[tuple[int, float]]) -> None:
    """One thread's requests at its pace over one connection that stays open; 0 stands for no answer."""
    connection, n = HTTPConnection("localhost", job["port"], timeout=30), 0
    begin = job["begin"]
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < begin + job["seconds"] and n < job.get("times", 1_000_000):
        start = time.perf_counter()
        try:
            status = asks[n % len(asks)](connection)
        except (OSError, HTTPException):
            status = 0
            connection.close()
        answers.append((status, (time.perf_counter() - start) * 1000))
        n += 1
        time.sleep(max(0.0, begin + n / job["per_second"] - time.time()))
    connection.close()


def main(job: dict) -> None:
    make = {"write": make_writer, "read": make_reader, "same": make_repeater}[job["kind"]]
    answers: list[tuple[int, float]] = []
    threads = [
        threading.Thread(target=repeat, args=(job, make(job, thread), answers)) for thread in range(job["threads"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
