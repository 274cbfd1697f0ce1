"""For plugin authors: the contract that every plugin is held to, run with one line."""
