"""The tables of a pipeline, as they are created and found again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from pinflow_notebooks import tables
from pinflow_notebooks.kinds import KINDS


def test_creating_the_tables_gives_every_kind_its_columns_and_is_repeatable(spark, tmp_path):
    root = tmp_path.as_uri()
    for _ in range(2):
        tables.create_clean_tables(spark, root)
        for kind in KINDS:
            columns = tables.read_table(spark, tables.clean_path(root, kind)).columns
            assert columns == ["ind", *KINDS[kind].columns, *tables.AUDIT_COLUMNS]
    assert len(list((tmp_path / "pin" / "_delta_log").glob("*.json"))) == 1


def test_a_table_whose_creation_was_killed_is_created_by_the_next_run(spark, tmp_path):
    """A run that was cancelled while it created a table left a folder that was taken for a table ever after."""
    (tmp_path / "user" / "_delta_log").mkdir(parents=True)
    tables.create_clean_tables(spark, tmp_path.as_uri())
    assert tables.read_table(spark, tables.clean_path(tmp_path.as_uri(), "user")).columns[0] == "ind"


def test_a_table_that_two_runs_create_at_once_is_created_once(spark, tmp_path, monkeypatch, capsys):
    both_have_looked = Barrier(2)
    is_table = tables.is_table
    first_looks = iter(range(2))

    def look_together(*arguments):
        found = is_table(*arguments)
        if next(first_looks, None) is not None:
            both_have_looked.wait(timeout=60)
        return found

    monkeypatch.setattr(tables, "is_table", look_together)
    root = tmp_path.as_uri()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda session: tables.create_clean_tables(session, root), [spark, spark.newSession()]))
    assert "another run wrote first (DELTA_PROTOCOL_CHANGED)" in capsys.readouterr().out
    for kind in KINDS:
        assert tables.read_table(spark, tables.clean_path(root, kind)).columns[0] == "ind"
