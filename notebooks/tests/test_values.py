from collections.abc import Callable

import pytest
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks import values


def parse_all(
    spark: SparkSession, parse: Callable[[Column], Column], texts: list[str | None]
) -> dict[str | None, object]:
    frame = spark.createDataFrame([(text,) for text in texts], "text string")
    return dict(frame.select("text", parse(F.col("text"))).collect())


def test_followers_are_read_in_every_form(spark: SparkSession) -> None:
    expected = {
        "0": 0,
        "940": 940,
        "1,234": 1_234,
        "1,234,567": 1_234_567,
        "136k": 136_000,
        "136K": 136_000,
        "1.2k": 1_200,
        "2.01k": 2_010,
        "32.3k": 32_300,
        "15M": 15_000_000,
        "1.5m": 1_500_000,
        "2B": 2_000_000_000,
        "12.0": 12,
        " 7k ": 7_000,
    }
    assert parse_all(spark, values.parse_followers, list(expected)) == expected


def test_followers_that_are_no_whole_number_of_32_bits_are_refused(spark: SparkSession) -> None:
    texts = [
        "",
        "k",
        "1.2",
        "1.2345k",
        "-5",
        "+5",
        "1,23",
        "12,34,567",
        "1 k",
        "1kk",
        "5T",
        "3B",
        "1e3",
        "ten",
        "١٢",
        "9" * 40,
    ]
    assert parse_all(spark, values.parse_followers, [*texts, None]) == dict.fromkeys([*texts, None])


def test_integers_are_digits_of_32_bits(spark: SparkSession) -> None:
    good = {"0": 0, "007": 7, "-3": -3, "+3": 3, "2147483647": 2_147_483_647}
    bad = ["", " 1", "1.0", "1e3", "2147483648", "true", "0x1", "١", None]
    assert parse_all(spark, values.parse_integer, [*good, *bad]) == {**good, **dict.fromkeys(bad)}


def test_numbers_are_decimal_and_within_the_limit(spark: SparkSession) -> None:
    good = {"-89.9787": -89.9787, "90": 90.0, "-90": -90.0, "5e1": 50.0, ".5": 0.5}
    bad = ["", "90.0001", "-91", "NaN", "Infinity", "1d", "1,5", " 1", "north", None]
    assert parse_all(spark, lambda text: values.parse_number(text, limit=90), [*good, *bad]) == {
        **good,
        **dict.fromkeys(bad),
    }


def test_date_times_are_read_with_a_blank_and_with_a_t(spark: SparkSession) -> None:
    def parse(text: Column) -> Column:
        return F.date_format(values.parse_date_time(text), "yyyy-MM-dd HH:mm:ss")

    good = {"2020-08-28 03:52:47": "2020-08-28 03:52:47", "2020-02-29T23:59:59": "2020-02-29 23:59:59"}
    bad = ["", "2020:08:28 03:52:47", "2021-02-29 00:00:00", "2020-08-28", "1598586767", "2020-08-28T03:52:47Z", None]
    assert parse_all(spark, parse, [*good, *bad]) == {**good, **dict.fromkeys(bad)}


@pytest.mark.parametrize("name", [*values.SENTINELS, "category"])
def test_sentinels_and_blank_texts_are_null(spark: SparkSession, name: str) -> None:
    absent = [*values.SENTINELS.get(name, ()), "", "  ", None]
    kept = ["None", "null", " padded ", "no title data available", "Image src error"]
    texts = {**dict.fromkeys(absent), **{text: text for text in kept}}
    assert parse_all(spark, lambda text: values.text_or_null(name, text), list(texts)) == texts


def test_a_sentinel_of_one_column_is_a_value_in_another(spark: SparkSession) -> None:
    text = "User Info Error"
    assert parse_all(spark, lambda column: values.text_or_null("title", column), [text]) == {text: text}


def test_a_save_location_keeps_the_path_and_a_remote_address(spark: SparkSession) -> None:
    expected = {"Local save in /data/art": "/data/art", "S3 bucket: pins": "S3 bucket: pins", "": None}
    assert parse_all(spark, values.parse_save_location, list(expected)) == expected


def test_a_cut_description_keeps_its_ellipsis_only(spark: SparkSession) -> None:
    expected = {"a long te\u2026\u00a0": "a long te\u2026", "a\u00a0b": "a\u00a0b", "Art.": None}
    assert parse_all(spark, values.parse_description, list(expected)) == expected
