from tracker.testing.contract import *  # noqa: F403
