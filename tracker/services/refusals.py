"""Refusals: what cannot be done, told to whoever wanted it."""


class Refused(Exception):
    """What cannot be done, in a sentence that says what to do instead. `field` names the input it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
