"""The three kinds of record: the fields of a source row and the columns of its clean table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from pinflow_notebooks import values

# The source calls the key `index` in pins and `ind` elsewhere, and some producers mix the two up: either is read.
KEY_FIELDS = ("index", "ind")


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `required`: fields that a row must have; their value may be null.
    `optional`: fields that a row may lack.
    `texts`: fields whose value is text; any other value makes the row refused.
    `checked`: fields whose value makes the row refused when it is there and cannot be read.
    `parse`: typed columns from the column `row`; every name in `texts` and `checked` is one of them.
    `columns`: the clean table's columns after `ind`, in order, with their types.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    texts: tuple[str, ...]
    checked: tuple[str, ...]
    parse: Callable[[], dict[str, Column]]
    columns: Mapping[str, str]


def field(name: str) -> Column:
    """A field of the source row: a variant where the kind expects text, for all others text."""
    return F.col("row").getField(name)


def _text(name: str) -> Column:
    return F.when(values.is_text(field(name)), F.try_variant_get(field(name), "$", "string"))


def _texts(*names: str) -> dict[str, Column]:
    return {name: values.text_or_null(name, _text(name)) for name in names}


def _parse_pin() -> dict[str, Column]:
    return {
        **_texts("unique_id", "title", "poster_name", "tag_list", "is_image_or_video", "image_src", "category"),
        "description": values.parse_description(_text("description")),
        "follower_count": values.parse_followers(field("follower_count")),
        "save_location": values.parse_save_location(_text("save_location")),
    }


def _parse_geo() -> dict[str, Column]:
    return {
        **_texts("country"),
        "latitude": values.parse_number(field("latitude"), limit=90),
        "longitude": values.parse_number(field("longitude"), limit=180),
        "timestamp": values.parse_date_time(field("timestamp")),
    }


def _parse_user() -> dict[str, Column]:
    age = values.parse_integer(field("age"))
    return {
        **_texts("first_name", "last_name"),
        "age": F.when(age >= 0, age),
        "date_joined": values.parse_date_time(field("date_joined")),
    }


KINDS: Mapping[str, Kind] = {
    "pin": Kind(
        required=(
            *("unique_id", "title", "description", "poster_name", "follower_count"),
            *("tag_list", "is_image_or_video", "save_location", "category"),
        ),
        # The scraper leaves image_src out for an embedded player; downloaded has no place in the clean table.
        optional=("image_src", "downloaded"),
        texts=(
            *("unique_id", "title", "description", "poster_name", "tag_list"),
            *("is_image_or_video", "save_location", "category", "image_src"),
        ),
        checked=("follower_count",),
        parse=_parse_pin,
        columns={
            "unique_id": "string",
            "title": "string",
            "description": "string",
            "follower_count": "int",
            "poster_name": "string",
            "tag_list": "string",
            "is_image_or_video": "string",
            "image_src": "string",
            "save_location": "string",
            "category": "string",
        },
    ),
    "geo": Kind(
        required=("timestamp", "latitude", "longitude", "country"),
        optional=(),
        texts=("country",),
        checked=("timestamp", "latitude", "longitude"),
        parse=_parse_geo,
        columns={"country": "string", "coordinates": "array<double>", "timestamp": "timestamp"},
    ),
    "user": Kind(
        required=("first_name", "last_name", "age", "date_joined"),
        optional=(),
        texts=("first_name", "last_name"),
        checked=("age", "date_joined"),
        parse=_parse_user,
        # The names stay: "Ann Lee" + "Roy" and "Ann" + "Lee Roy" are two persons with one user_name.
        columns={
            "user_name": "string",
            "age": "int",
            "date_joined": "timestamp",
            "first_name": "string",
            "last_name": "string",
        },
    ),
}
