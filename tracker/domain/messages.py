"""Messages that the rules make and somebody else translates, where their reader is known."""


def N_(message: str) -> str:
    """The message itself, marked for extraction."""
    return message
