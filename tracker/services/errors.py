"""The errors of the floors below that a door has to know, so that it need not reach through."""

from tracker.store.errors import StoreBusy, StoreError, StoreFull, StoreUnavailable

__all__ = ["StoreBusy", "StoreError", "StoreFull", "StoreUnavailable"]
