"""Single values: the text a source row holds → the value a clean table holds. NULL in, NULL out."""

from pyspark.sql import Column
from pyspark.sql import functions as F

# The complete list for the source data: texts that the scraper wrote where it had no value.
SENTINELS: dict[str, tuple[str, ...]] = {
    "title": ("No Title Data Available", "Untitled"),
    "description": ("No description available Story format", "No description available", "Untitled", "Art."),
    "poster_name": ("User Info Error",),
    "follower_count": ("User Info Error",),
    # The second is the first before the scraper joined its letters with commas.
    "tag_list": ("N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e", "No Tags Available"),
    "image_src": ("Image src error.",),
}

_INTEGER = r"^[+-]?[0-9]+$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_FOLLOWERS = r"^([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]{1,9})?([kKmMbB]?)$"
_DATE_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$"


def is_text(value: Column) -> Column:
    """Whether a variant is text. Spark makes text of anything else, but not that which was sent: `Infinity` of 1e400."""
    return F.schema_of_variant(value) == "STRING"


def is_null(value: Column) -> Column:
    """Whether a variant is absent or JSON null."""
    return F.coalesce(F.schema_of_variant(value) == "VOID", F.lit(True))


def text_or_null(name: str, text: Column) -> Column:
    """The text as it is; NULL for blank text and for the sentinels of the column."""
    is_absent = F.trim(text) == ""
    if name in SENTINELS:
        is_absent = is_absent | text.isin(*SENTINELS[name])
    return F.when(~is_absent, text)


def parse_integer(text: Column) -> Column:
    """Digits with an optional sign that fit 32 bits, else NULL. "12.0" and " 12" are not integers."""
    return F.when(text.rlike(_INTEGER), text.try_cast("int"))


def parse_number(text: Column, limit: float) -> Column:
    """A decimal number in [-limit, limit] as double, else NULL. "NaN", "Infinity" and "1d" are not numbers."""
    number = F.when(text.rlike(_NUMBER), text.try_cast("double"))
    return F.when(number.between(-limit, limit), number)


def parse_followers(text: Column) -> Column:
    """`940`, `1,234`, `136k`, `1.2k`, `15M`, `2B` (any case) as a whole int, else NULL.

    Decimal arithmetic, because doubles make 2009 of 2.01k. A value that is no whole number or does not fit 32 bits
    is refused.
    """
    trimmed = F.trim(text)
    digits = F.concat(
        F.regexp_replace(F.regexp_extract(trimmed, _FOLLOWERS, 1), ",", ""), F.regexp_extract(trimmed, _FOLLOWERS, 2)
    )
    suffix = F.lower(F.regexp_extract(trimmed, _FOLLOWERS, 3))
    factor = F.when(suffix == "k", 1_000).when(suffix == "m", 1_000_000).when(suffix == "b", 1_000_000_000).otherwise(1)
    value = digits.try_cast("decimal(24,9)") * factor.cast("decimal(10,0)")
    return F.when(trimmed.rlike(_FOLLOWERS) & (value == F.floor(value)), value.try_cast("int"))


def parse_date_time(text: Column) -> Column:
    """`YYYY-MM-DD HH:MM:SS`, or the same with a T. Without a zone in the source, it is read in the session's: UTC."""
    date_time = F.try_to_timestamp(F.translate(text, "T", " "), F.lit("yyyy-MM-dd HH:mm:ss"))
    return F.when(text.rlike(_DATE_TIME), date_time)


def parse_save_location(text: Column) -> Column:
    """`Local save in /data/<category>` → `/data/<category>`; the address of a remote save stays as it is."""
    return F.regexp_replace(text_or_null("save_location", text), "^Local save in ", "")


def parse_description(text: Column) -> Column:
    """A text that the site cut ends in an ellipsis and a no-break space (37 % do). The ellipsis says so and stays."""
    return F.regexp_replace(text_or_null("description", text), "\u2026\u00a0$", "\u2026")
