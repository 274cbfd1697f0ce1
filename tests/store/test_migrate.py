def test_a_migrated_database_has_all_tables(database):
    assert len(database.engine.get_tables()) > 20
