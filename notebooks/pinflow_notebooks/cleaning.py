"""Records → clean columns, or the reasons why a record is refused.

Every record comes out as one row with the columns of its kind, `_hash` (of the content, NULL when refused),
`reasons` (NULL when clean) and what else it came with: raw, bytes and its origin, which is a topic, partition and
offset in Kafka and a stream, shard and sequence number in Kinesis. Nothing here knows about runs or tables.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pinflow_notebooks import values
from pinflow_notebooks.kinds import KEY_FIELDS, KINDS, field

_CORRUPT = "_corrupt_record"
_WHOLE_RECORD_REASONS = ("not_utf8", "not_json", "not_an_object")
_KEY_REASONS = ("key_missing", "key_ambiguous", "key_invalid")


def list_reasons(kind: str) -> tuple[str, ...]:
    """Every reason for which a record of the kind can be refused, in the order in which they are reported."""
    missing = tuple(f"{name}_missing" for name in KINDS[kind].required)
    invalid = tuple(f"{name}_invalid" for name in (*KINDS[kind].texts, *KINDS[kind].checked))
    return (*_WHOLE_RECORD_REASONS, *_KEY_REASONS, *missing, *invalid)


def clean_records(kind: str, records: DataFrame) -> DataFrame:
    """`records` as landing.read_records or stream_source.read_stream gives them: raw, is_utf8, bytes and an origin."""
    origin = [name for name in records.columns if name != "is_utf8"]
    return _judge(kind, _type_fields(kind, _parse_rows(kind, records, origin)), origin)


def _parse_rows(kind: str, records: DataFrame, origin: Sequence[str]) -> DataFrame:
    # No leaf has the type of its column, so that none nulls a value before a rule has seen it (I9).
    names = (*KEY_FIELDS, *KINDS[kind].required, *KINDS[kind].optional, _CORRUPT)
    schema = ", ".join(f"`{name}` {'variant' if name in KINDS[kind].texts else 'string'}" for name in names)
    options = {
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": _CORRUPT,
        "allowSingleQuotes": "false",
        "allowNonNumericNumbers": "false",
    }
    return records.select(
        *origin,
        "is_utf8",
        _is_one_json_value(F.col("raw")).alias("is_json"),
        F.json_object_keys("raw").alias("names"),
        F.from_json("raw", schema, options).alias("row"),
    )


def _is_one_json_value(raw: Column) -> Column:
    """from_json reads the first value and ignores what follows (measured: `{"a":1} x` parses), which I9 forbids.

    So the text is put into an array before a number that the text cannot know: only one complete value leaves the
    number in second place. Names that occur twice and halves of surrogate pairs fail here, too.
    """
    tag = F.xxhash64(raw)
    framed = F.try_parse_json(F.concat(F.lit("["), raw, F.lit(","), tag.cast("string"), F.lit("]")))
    return F.coalesce(F.try_variant_get(framed, "$[1]", "bigint") == tag, F.lit(False))


def _type_fields(kind: str, rows: DataFrame) -> DataFrame:
    key = F.coalesce(*(field(name) for name in KEY_FIELDS))
    typed = KINDS[kind].parse()
    return rows.select("*", values.parse_integer(key).alias("ind"), *(typed[name].alias(name) for name in typed))


def _judge(kind: str, rows: DataFrame, origin: Sequence[str]) -> DataFrame:
    reasons = _find_reasons(kind)
    content = ["ind", *KINDS[kind].columns]
    built = rows.withColumns({"reasons": F.when(F.size(reasons) > 0, reasons), **_build_columns(kind)})
    digest = F.sha2(F.to_json(F.struct(*content), {"ignoreNullFields": "false"}), 256)
    return built.select(*content, F.when(F.col("reasons").isNull(), digest).alias("_hash"), "reasons", *origin)


def _build_columns(kind: str) -> dict[str, Column]:
    """Clean columns that are made of several fields."""
    if kind == "geo":
        has_place = F.col("latitude").isNotNull() | F.col("longitude").isNotNull()
        return {"coordinates": F.when(has_place, F.array("latitude", "longitude"))}
    if kind == "user":
        full_name = F.concat_ws(" ", "first_name", "last_name")
        return {"user_name": F.when(full_name != "", full_name)}
    return {}


def _find_reasons(kind: str) -> Column:
    """Array of the reasons that hold, in the order of list_reasons; one pass, no branch that can be NULL."""
    whole_record = {
        "not_utf8": ~F.col("is_utf8"),
        "not_json": ~F.col("is_json"),
        # The corrupt column keeps the text of JSON that is no object; the row itself is NULL for an empty text.
        "not_an_object": F.col("row").isNull() | field(_CORRUPT).isNotNull(),
    }
    index, ind = (field(name) for name in KEY_FIELDS)
    single_fields = {
        "key_missing": index.isNull() & ind.isNull(),
        "key_ambiguous": index.isNotNull() & ind.isNotNull() & (index != ind),
        "key_invalid": F.coalesce(index, ind).isNotNull() & F.col("ind").isNull(),
        **{f"{name}_missing": ~F.array_contains("names", name) for name in KINDS[kind].required},
        **{f"{name}_invalid": _is_other_than_text(name) for name in KINDS[kind].texts},
        **{f"{name}_invalid": _is_present(name) & F.col(name).isNull() for name in KINDS[kind].checked},
    }
    # A record that is not readable as a whole has no fields to report on.
    return F.coalesce(*_first_holding(whole_record), _all_holding(single_fields))


def _is_other_than_text(name: str) -> Column:
    return ~(values.is_text(field(name)) | values.is_null(field(name)))


def _is_present(name: str) -> Column:
    # Blank text and the error text of the scraper are the source's normal NULLs, but in follower_count only:
    # the other checked fields never have them.
    text = values.text_or_null(name, field(name)) if name in values.SENTINELS else field(name)
    return text.isNotNull()


def _first_holding(rules: dict[str, Column]) -> Sequence[Column]:
    return [F.when(holds, F.array(F.lit(reason))) for reason, holds in rules.items()]


def _all_holding(rules: dict[str, Column]) -> Column:
    return F.array_compact(F.array(*(F.when(holds, F.lit(reason)) for reason, holds in rules.items())))
