"""The errors of the floors below that a door has to know, so that it need not reach through."""

from datetime import datetime

from tracker.store.errors import StoreBusy, StoreError, StoreFull, StoreUnavailable

__all__ = ["Later", "StoreBusy", "StoreError", "StoreFull", "StoreUnavailable"]


class Later(Exception):
    """What is owed has to wait until an instant, and is no failure."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"waits until {until.isoformat()}")
        self.until = until
