"""The base of all tables, and the database they are bound to when the portal opens."""

import peewee

database = peewee.DatabaseProxy()


class Row(peewee.Model):
    """A table row. The proxy is bound by `tracker.store.database.open_database`."""

    id = peewee.AutoField()

    class Meta:
        database = database
        legacy_table_names = False
        # Two workers may change different columns of one row; the one who saves last shall not undo the other.
        only_save_dirty = True
