import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks.answers import Table
from pinflow_notebooks.queries import age_group, answer_queries
from tests.fake_notebook import run_notebook
from tests.landing_folder import LandingFolder, make_row

# (country, post year, first name, age, joining year, category, poster, followers): post n has the id n.
POSTS: list[tuple[Any, ...]] = [
    ("Albania", 2018, "Ann", 18, 2015, "art", "Zoe", "10k"),
    ("Albania", 2018, "Ann", 18, 2015, "art", "Zoe", "12k"),
    ("Albania", 2018, "Bob", 24, 2016, "travel", "Yan", "12k"),
    ("Albania", 2022, "Bob", 24, 2016, "travel", "Xi", "1k"),
    ("Chad", 2017, "Cyd", 25, 2017, "quotes", "Zoe", "3"),
    ("Chad", 2023, "Dee", 50, 2017, "quotes", "User Info Error", "User Info Error"),
    ("Chad", 2020, "Eve", 51, 2014, "beauty", "Vic", "12k"),
    ("Oman", 2020, "Fay", 17, 2021, "finance", "User Info Error", "User Info Error"),
    (None, None, None, None, None, "art", "Ulf", "15M"),
]


def put_posts(landing: LandingFolder) -> None:
    rows: dict[str, list[str]] = {"pin": [], "geo": [], "user": []}
    for ind, (country, year, name, age, joined, category, poster, followers) in enumerate(POSTS):
        rows["pin"].append(make_row("pin", index=ind, category=category, poster_name=poster, follower_count=followers))
        timestamp = year and f"{year}-12-31 23:59:59"
        rows["geo"].append(make_row("geo", ind=ind, country=country, timestamp=timestamp))
        date_joined = joined and f"{joined}-01-01T00:00:00"
        rows["user"].append(make_row("user", ind=ind, first_name=name, age=age, date_joined=date_joined))
    # A pin without its other halves, and a user without a post.
    rows["pin"].append(make_row("pin", index=100, category="art", follower_count="14M"))
    rows["user"].append(make_row("user", ind=101, first_name="Gil", age=60, date_joined="2020-12-31 23:59:59"))
    for kind, lines in rows.items():
        landing.put(kind, 0, *lines)


@pytest.fixture(scope="module")
def tables_root(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("queries")
    landing = LandingFolder(folder / "landing")
    put_posts(landing)
    root = (folder / "lake").as_uri()
    manifest = landing.write_manifest("run-1", pin=[(0, 0, 10)], geo=[(0, 0, 8)])
    counts = run_notebook(
        "clean", spark, landing_root=landing.root, manifest=manifest, tables_root=root, run_id="run-1"
    )
    assert {owner: {kind: of["clean"] for kind, of in kinds.items()} for owner, kinds in counts.items()} == {
        "own": {"pin": 10, "geo": 8, "user": 0},
        "carriedOver": {"pin": 0, "geo": 1, "user": 10},
    }
    return root


@pytest.fixture(scope="module")
def answers(spark: SparkSession, tables_root: str) -> dict[str, Table]:
    return run_notebook("queries", spark, tables_root=tables_root)


def rows_of(answers: dict[str, Table], name: str) -> list[list[Any]]:
    return answers[name]["rows"]


def test_the_most_popular_categories_of_a_country_keep_their_ties(answers: dict[str, Table]) -> None:
    assert rows_of(answers, "q1") == [
        ["Albania", "art", 2],
        ["Albania", "travel", 2],
        ["Chad", "quotes", 2],
        ["Oman", "finance", 1],
    ]


def test_posts_are_counted_by_the_year_of_the_post_from_2018_to_2022(answers: dict[str, Table]) -> None:
    assert rows_of(answers, "q2") == [
        [2018, "art", 2],
        [2018, "travel", 1],
        [2020, "beauty", 1],
        [2020, "finance", 1],
        [2022, "travel", 1],
    ]
    assert rows_of(answers, "q2_top") == [
        [2018, "art", 2],
        [2020, "beauty", 1],
        [2020, "finance", 1],
        [2022, "travel", 1],
    ]


def test_the_most_followed_posters_are_compared_as_numbers_and_once(answers: dict[str, Table]) -> None:
    assert rows_of(answers, "q3a") == [["Albania", "Yan", 12_000], ["Albania", "Zoe", 12_000], ["Chad", "Vic", 12_000]]
    assert rows_of(answers, "q3b") == [["Albania", 12_000], ["Chad", 12_000]]


def test_age_groups_count_their_categories(answers: dict[str, Table]) -> None:
    assert rows_of(answers, "q4") == [
        ["18-24", "art", 2],
        ["18-24", "travel", 2],
        ["25-35", "quotes", 1],
        ["36-50", "quotes", 1],
        ["+50", "beauty", 1],
    ]


def test_medians_are_exact_for_even_counts_and_need_a_follower_count(answers: dict[str, Table]) -> None:
    assert rows_of(answers, "q5") == [["18-24", 11_000.0], ["25-35", 3.0], ["+50", 12_000.0]]
    assert rows_of(answers, "q7") == [[2015, 11_000.0], [2016, 6_500.0], [2017, 3.0]]
    assert rows_of(answers, "q8") == [
        ["18-24", 2015, 11_000.0],
        ["18-24", 2016, 6_500.0],
        ["25-35", 2017, 3.0],
    ]


def test_a_person_joins_once_and_with_or_without_a_post(answers: dict[str, Table]) -> None:
    assert rows_of(answers, "q6") == [[2015, 1], [2016, 1], [2017, 2], [2020, 1]]


def test_age_groups_are_closed(spark: SparkSession) -> None:
    expected = {
        None: None,
        0: None,
        17: None,
        18: "18-24",
        24: "18-24",
        25: "25-35",
        35: "25-35",
        36: "36-50",
        50: "36-50",
        51: "+50",
        120: "+50",
    }
    ages = spark.createDataFrame([(age,) for age in expected], "age int")
    assert dict(ages.select("age", age_group(F.col("age"))).collect()) == expected


def test_answers_do_not_depend_on_how_spark_splits_its_work(
    spark: SparkSession, tables_root: str, answers: dict[str, Table]
) -> None:
    split = spark.newSession()
    split.conf.set("spark.sql.shuffle.partitions", 7)
    split.conf.set("spark.sql.files.maxPartitionBytes", 512)
    assert json.dumps(answer_queries(split, tables_root=tables_root)) == json.dumps(answers)
