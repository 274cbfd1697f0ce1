"""Rules without I/O: every function here gives the same answer for the same arguments."""
