"""Several deeds at one and the same moment."""

import threading
from collections.abc import Callable
from typing import Any

from tracker.services.portal import Portal

PATIENCE = 60


def meet(portal: Portal, *deeds: Callable[[], Any]) -> list[Any]:
    """Does all at once, each in a thread of its own; what they answered. Fails where one of them raised."""
    barrier, answers, failed = threading.Barrier(len(deeds)), list[Any](), list[Exception]()

    def run(deed: Callable[[], Any]) -> None:
        try:
            barrier.wait(PATIENCE)
            answers.append(deed())
        except Exception as error:
            failed.append(error)
        finally:
            portal.database.close_thread()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failed == []
    assert not any(thread.is_alive() for thread in threads)
    return answers
