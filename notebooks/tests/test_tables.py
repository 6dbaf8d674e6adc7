"""The tables of a pipeline, as they are created and found again."""

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
