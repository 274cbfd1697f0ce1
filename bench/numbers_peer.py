"""Runs under an interpreter that has `tracking-numbers` (PyPI), as the peer of `bench.numbers`.

In: one JSON list of numbers. Out: {"seconds": of naming all of them once, "named": the courier's code or ""}.
"""

import json
import sys
import time


def main() -> None:
    """Answers once."""
    from tracking_numbers import get_tracking_number

    numbers = json.loads(sys.stdin.readline())
    for number in numbers[:100]:
        get_tracking_number(number)
    begin = time.process_time()
    found = [get_tracking_number(number) for number in numbers]
    seconds = time.process_time() - begin
    named = [one.courier.code if one else "" for one in found]
    sys.stdout.write(json.dumps({"seconds": seconds, "named": named}) + "\n")


if __name__ == "__main__":
    main()
