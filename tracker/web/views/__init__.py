"""A file a screen. Each has a module-level `blueprint`; `tracker.web.create_app` registers all that are here."""
