"""For tests of services: a mail server that the portal sends to."""

from tests.mails import box

__all__ = ["box"]
