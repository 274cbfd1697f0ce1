"""Tools for people who work on Tracker itself."""
