"""The option ``initialPosition``, in the forms that Databricks documents."""

import json
import re
from datetime import datetime, timezone

from .positions import TRIM_HORIZON, at_instant

LATEST = "LATEST"
_WORDS = {"latest": LATEST, "trim_horizon": TRIM_HORIZON, "earliest": TRIM_HORIZON}
# Letters of Java's date patterns, and those of Python.
_PATTERNS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "SSS": "%f", "SSSSSS": "%f"}


def parse_initial_position(text: str) -> str:
    """LATEST, or a position that shards can be read from. ValueError says what is wrong with the text."""
    word = _WORDS.get(text.strip().lower())
    if word is not None:
        return word
    try:
        told = json.loads(text)
        instant, pattern = told["at_timestamp"], told.get("format")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError('is none of latest, trim_horizon, earliest and {"at_timestamp": …, "format": …}') from None
    return at_instant(_parse_instant(str(instant), pattern))


def _parse_instant(text: str, pattern: str | None) -> int:
    # Names of time zones other than UTC mean different things in different places, so none is guessed.
    plain = re.sub(r"\s?(?:UTC|GMT)$|Z$", "+0000", text.strip())
    try:
        if pattern is None:
            # Python 3.10 reads an offset only with its colon.
            instant = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", plain))
        else:
            instant = datetime.strptime(plain, _translate(pattern))
    except ValueError as error:
        raise ValueError(f"has an instant that cannot be read ({error})") from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone.utc)
    return int(instant.timestamp() * 1000)


def _translate(pattern: str) -> str:
    def replace(match: re.Match[str]) -> str:
        quoted, letters = match.group(1), match.group(0)
        if quoted is not None:
            return quoted.replace("%", "%%") or "'"
        if letters.strip("zZX") == "":
            return "%z"
        if letters not in _PATTERNS:
            raise ValueError(f'the format has "{letters}", which is not known here')
        return _PATTERNS[letters]

    # A zone may follow its time with or without a blank: it was joined to the time above.
    joined = re.sub(r"\s+(?=[zZX]+$)", "", pattern)
    return re.sub(r"'([^']*)'|([A-Za-z])\2*", replace, joined)
