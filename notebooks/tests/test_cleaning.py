import json
from datetime import datetime

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from pinflow_notebooks.cleaning import clean_records, list_reasons
from pinflow_notebooks.kinds import KINDS
from pinflow_notebooks.landing import RECORD_SCHEMA
from pinflow_notebooks.values import SENTINELS
from tests.landing_folder import PIN, make_row

# One record for every reason of a kind, whose place in the source row the text names.
REFUSED: dict[str, dict[str, str]] = {
    "pin": {
        "not_json": '{"index":1',
        "not_an_object": "[1]",
        "key_missing": make_row("pin", index=...),
        "key_ambiguous": make_row("pin", ind=8),
        "key_invalid": make_row("pin", index="seven"),
        **{
            f"{name}_missing": make_row("pin", **{name: ...})
            for name in PIN
            if name not in ("index", "image_src", "downloaded")
        },
        **{f"{name}_invalid": make_row("pin", **{name: 12}) for name in KINDS["pin"].texts},
        "follower_count_invalid": make_row("pin", follower_count="many"),
    },
    "geo": {
        **{
            f"{name}_missing": make_row("geo", **{name: ...})
            for name in ("timestamp", "latitude", "longitude", "country")
        },
        "country_invalid": make_row("geo", country=["Albania"]),
        "timestamp_invalid": make_row("geo", timestamp="2020:08:28 03:52:47"),
        "latitude_invalid": make_row("geo", latitude=90.5),
        "longitude_invalid": make_row("geo", longitude="west"),
    },
    "user": {
        **{
            f"{name}_missing": make_row("user", **{name: ...})
            for name in ("first_name", "last_name", "age", "date_joined")
        },
        **{f"{name}_invalid": make_row("user", **{name: True}) for name in ("first_name", "last_name")},
        "age_invalid": make_row("user", age=-1),
        "date_joined_invalid": make_row("user", date_joined="yesterday"),
    },
}


def clean(spark: SparkSession, kind: str, *texts: str, is_utf8: bool = True) -> list[Row]:
    """The cleaned rows of the texts, in their order."""
    rows = [(f"pinterest.{kind}", 0, offset, text, is_utf8, None) for offset, text in enumerate(texts)]
    cleaned: DataFrame = clean_records(kind, spark.createDataFrame(rows, RECORD_SCHEMA))
    return cleaned.orderBy("offset").collect()


@pytest.mark.parametrize("kind", list(REFUSED))
def test_each_reason_refuses_its_record_and_no_other_does(spark: SparkSession, kind: str) -> None:
    rows = clean(spark, kind, make_row(kind), *REFUSED[kind].values())
    assert [row["reasons"] for row in rows] == [None, *([reason] for reason in REFUSED[kind])]
    assert [row["raw"] for row in rows[1:]] == list(REFUSED[kind].values())
    assert [row["_hash"] is None for row in rows] == [False, *(True for _ in REFUSED[kind])]


def test_the_reasons_are_a_closed_list_and_each_is_tested() -> None:
    tested = {"not_utf8", *(reason for reasons in REFUSED.values() for reason in reasons)}
    assert tested == {reason for kind in REFUSED for reason in list_reasons(kind)}


def test_a_record_is_refused_for_all_its_reasons_at_once(spark: SparkSession) -> None:
    (row,) = clean(spark, "geo", '{"ind":"x","timestamp":"","latitude":"NaN","longitude":-180.01}')
    assert row["reasons"] == [
        "key_invalid",
        "country_missing",
        "timestamp_invalid",
        "latitude_invalid",
        "longitude_invalid",
    ]


def test_a_record_that_is_no_utf8_is_refused(spark: SparkSession) -> None:
    (row,) = clean(spark, "user", make_row("user", first_name="\ufffd"), is_utf8=False)
    assert row["reasons"] == ["not_utf8"]


def test_what_a_lenient_reader_takes_for_json_is_refused(spark: SparkSession) -> None:
    texts = [
        "",
        " ",
        "null",
        "12",
        '"text"',
        "{'index':1}",
        make_row("pin") + " trailing",
        make_row("pin") + make_row("pin", index=8),
        make_row("pin") + "," + make_row("pin", index=8),
        make_row("pin") + "]}",
        make_row("pin").replace('"index"', '"title": "twice", "index"'),
        make_row("pin", title="half of a pair: ?").replace("?", "\\ud83d"),
        make_row("pin").replace("7,", "NaN,"),
        make_row("pin").replace("7,", "007,"),
        make_row("pin", title="?").replace("?", "a\tb"),
    ]
    reasons = [row["reasons"] for row in clean(spark, "pin", *texts)]
    not_objects = {"null", "12", '"text"'}
    assert reasons == [["not_an_object"] if text in not_objects else ["not_json"] for text in texts]


@pytest.mark.parametrize(
    ("number", "latitude"),
    [
        ("-0", 0.0),
        ("1e-999", 0.0),
        ("0." + "1" * 400, 1 / 9),
        ("45.10", 45.1),
        ("1e400", None),
        ("9007199254740993", None),
        ("9223372036854775808", None),
        ("1" * 400, None),
    ],
)
def test_a_number_is_stored_as_the_nearest_of_its_column_or_refused_and_never_becomes_another_text(
    spark: SparkSession, number: str, latitude: float | None
) -> None:
    texts = [make_row("geo", **{name: "?"}).replace('"?"', number) for name in ("latitude", "country", "ind")]
    place, text, key = clean(spark, "geo", *texts)
    assert place["reasons"] == (["latitude_invalid"] if latitude is None else None)
    assert place["coordinates"][0] == latitude
    assert (text["reasons"], text["country"]) == (["country_invalid"], None)
    assert (key["reasons"], key["ind"]) == ((None, 0) if number == "-0" else (["key_invalid"], None))


def test_a_clean_pin_has_the_columns_of_the_course(spark: SparkSession) -> None:
    (row,) = clean(spark, "pin", make_row("pin"))
    content = {
        name: row[name]
        for name in row.asDict()
        if name not in ("_hash", "reasons", "topic", "partition", "offset", "raw", "bytes")
    }
    assert list(content.items()) == [
        ("ind", 7),
        ("unique_id", "58b0546a-0000-4000-8000-000000000007"),
        ("title", "Island Organizer"),
        ("description", "A binder for coupons"),
        ("follower_count", 136_000),
        ("poster_name", "Ann & Friends"),
        ("tag_list", "Binder,Coupons"),
        ("is_image_or_video", "image"),
        ("image_src", "https://images.example/7.jpg"),
        ("save_location", "/data/mens-fashion"),
        ("category", "mens-fashion"),
    ]


def test_clean_places_and_users_have_the_types_of_the_course(spark: SparkSession) -> None:
    (place,) = clean(spark, "geo", make_row("geo"))
    assert place[:4] == (7, "Albania", [-89.9787, -173.293], datetime.fromisoformat("2020-08-28T03:52:47"))
    (user,) = clean(spark, "user", make_row("user"))
    assert user[:6] == (7, "Abigail Ali", 20, datetime.fromisoformat("2015-10-24T11:23:51"), "Abigail", "Ali")


def test_the_normal_dirt_of_the_source_becomes_null(spark: SparkSession) -> None:
    fields = [(name, text) for name, texts in SENTINELS.items() for text in (*texts, "")]
    rows = clean(spark, "pin", *(make_row("pin", **{name: text}) for name, text in fields))
    assert [(row["reasons"], row[name]) for row, (name, _) in zip(rows, fields, strict=True)] == [(None, None)] * len(
        fields
    )


def test_a_null_is_a_value_in_every_field_but_the_key(spark: SparkSession) -> None:
    pin, keyless = clean(spark, "pin", json.dumps({**dict.fromkeys(PIN), "index": 1}), make_row("pin", index=None))
    assert (pin["reasons"], list(pin[1:11])) == (None, [None] * 10)
    assert keyless["reasons"] == ["key_missing"]
    (place,) = clean(spark, "geo", make_row("geo", timestamp=None, latitude=None, longitude=None, country=None))
    assert (place["reasons"], *place[1:4]) == (None, None, None, None)
    (user,) = clean(spark, "user", make_row("user", first_name=None, age=None, date_joined=None))
    assert (user["reasons"], *user[1:4]) == (None, "Ali", None, None)


def test_half_a_place_keeps_its_half(spark: SparkSession) -> None:
    (row,) = clean(spark, "geo", make_row("geo", latitude=None))
    assert row["coordinates"] == [None, -173.293]


def test_the_key_is_read_in_both_spellings_and_as_text(spark: SparkSession) -> None:
    texts = [
        make_row("user", ind=..., index=9),
        make_row("user", ind=9, index=9),
        make_row("user", ind=None, index=9),
        make_row("user", ind="9"),
    ]
    assert [(row["reasons"], row["ind"]) for row in clean(spark, "user", *texts)] == [(None, 9)] * 4


def test_a_missing_image_an_unknown_field_and_a_story_page_are_accepted(spark: SparkSession) -> None:
    text = make_row(
        "pin", image_src=..., downloaded=..., colour="red", is_image_or_video="multi-video(story page format)"
    )
    (row,) = clean(spark, "pin", text)
    assert (row["reasons"], row["image_src"]) == (None, None)
    assert row["is_image_or_video"] == "multi-video(story page format)"


def test_hostile_text_comes_through_unchanged(spark: SparkSession) -> None:
    title = "\U0001f9a9 \"quoted\" 'single' `tick` \\back\\ line\r\nbreak \u2028\u2029 \u200bzero\u00a0 nul\x00"
    title += " Ünïcödé עברית; DROP TABLE t --"
    raw_rows = [make_row("pin", title=title), json.dumps({**PIN, "title": title})]
    rows = clean(spark, "pin", *raw_rows)
    assert [row["title"] for row in rows] == [title, title]
    assert rows[0]["_hash"] == rows[1]["_hash"]
    assert [row["raw"] for row in rows] == raw_rows


def test_the_hash_tells_content_apart_and_ignores_how_it_was_written(spark: SparkSession) -> None:
    same = [make_row("pin"), make_row("pin", follower_count="136,000"), make_row("pin", downloaded=0)]
    other = [make_row("pin", index=8), make_row("pin", title=None), make_row("pin", category=None)]
    hashes = [row["_hash"] for row in clean(spark, "pin", *same, *other)]
    assert len(set(hashes[:3])) == 1
    assert len(set(hashes[2:])) == 4
