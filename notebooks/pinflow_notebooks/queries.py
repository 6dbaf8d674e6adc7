"""The eight questions about the clean tables.

A post is a pin with the place and the user of the same `ind`. On some ten thousand rows Spark's planning of each job
is most of the cost, so all questions are answered by one job: every post is put into each group it counts for, and
one aggregation measures all groups.
"""

from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from pinflow_notebooks import tables
from pinflow_notebooks.answers import AGE_GROUPS, Answer, Table, build_tables

POST_YEARS = (2018, 2022)
JOIN_YEARS = (2015, 2020)

# How the groups of a question are measured: by posts, by the highest or by the exact median of the follower counts.
_BY_POSTS = ("q1", "q2", "q4")
_BY_HIGHEST = ("q3",)
_RANKED_ONLY = ("q1", "q3", "q4")


def answer_queries(spark: SparkSession, *, tables_root: str) -> dict[str, Table]:
    """The result tables q1, q2, q2_top, q3a, q3b, q4 … q8 by name, with "columns" and "rows"."""
    users = _read_users(spark, tables_root)
    posts = _read_posts(spark, tables_root, users)
    answers = _measure_posts(posts).unionAll(_count_joined(users))
    return build_tables(Answer(*row) for row in answers.collect())


def age_group(age: Column) -> Column:
    """Label of the closed age group, NULL below 18 and without an age."""
    return reduce(
        lambda chain, group: chain.when(age.between(group[1], group[2] or 2**31 - 1), group[0]), AGE_GROUPS, F
    )


def _read_users(spark: SparkSession, tables_root: str) -> DataFrame:
    year = F.year("date_joined")
    return tables.read_table(spark, tables.clean_path(tables_root, "user")).select(
        "ind",
        *("first_name", "last_name", "age", "date_joined"),
        age_group(F.col("age")).alias("age_group"),
        F.when(year.between(*JOIN_YEARS), year.cast("string")).alias("join_year"),
    )


def _read_posts(spark: SparkSession, tables_root: str, users: DataFrame) -> DataFrame:
    """One row per pin; place and user columns are NULL while the other half of a post is missing or refused."""
    year = F.year("timestamp")
    pins = tables.read_table(spark, tables.clean_path(tables_root, "pin"))
    places = tables.read_table(spark, tables.clean_path(tables_root, "geo")).select(
        "ind", "country", F.when(year.between(*POST_YEARS), year.cast("string")).alias("post_year")
    )
    return (
        pins.select("ind", "category", "poster_name", "follower_count")
        .join(places, "ind", "left")
        .join(users.select("ind", "age_group", "join_year"), "ind", "left")
    )


def _measure_posts(posts: DataFrame) -> DataFrame:
    """Rows as answers.Answer. No country is not a country, and posts without any follower count have no median."""
    followed_poster = F.when(F.col("follower_count").isNotNull(), F.col("poster_name"))
    groups = F.array(
        _group("q1", F.col("country"), F.col("category")),
        _group("q2", F.col("post_year"), F.col("category")),
        _group("q3", F.col("country"), followed_poster),
        _group("q4", F.col("age_group"), F.col("category")),
        _group("q5", F.col("age_group"), F.lit("")),
        _group("q7", F.col("join_year"), F.lit("")),
        _group("q8", F.col("age_group"), F.col("join_year")),
    )
    measure = (
        F.when(F.col("question").isin(*_BY_POSTS), F.count("*").cast("double"))
        .when(F.col("question").isin(*_BY_HIGHEST), F.max("follower_count").cast("double"))
        .otherwise(F.median("follower_count"))
    )
    # rank() and not row_number(): of equals none may win by chance.
    ranking = Window.partitionBy("question", "first").orderBy(F.col("measure").desc())
    return (
        posts.select("follower_count", F.inline(groups))
        .where("first IS NOT NULL AND second IS NOT NULL")
        .groupBy("question", "first", "second")
        .agg(measure.alias("measure"))
        .where("measure IS NOT NULL")
        .withColumn("rank", F.rank().over(ranking))
        .where((F.col("rank") == 1) | ~F.col("question").isin(*_RANKED_ONLY))
    )


def _group(question: str, first: Column, second: Column) -> Column:
    return F.struct(F.lit(question).alias("question"), first.alias("first"), second.alias("second"))


def _count_joined(users: DataFrame) -> DataFrame:
    """Question 6, as answers.Answer. Half of the rows repeat a person, who is one by name, age and date of joining."""
    persons = users.where("join_year IS NOT NULL").select("first_name", "last_name", "age", "date_joined", "join_year")
    counted = persons.distinct().groupBy("join_year").agg(F.count("*").cast("double").alias("measure"))
    return counted.select(F.lit("q6"), "join_year", F.lit(""), "measure", F.lit(1))
