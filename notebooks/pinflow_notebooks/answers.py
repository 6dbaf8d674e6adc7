"""The answers of the questions as tables, from the rows that queries.py collects. Pure Python."""

from collections.abc import Iterable
from typing import Any, NamedTuple

Table = dict[str, Any]

# Closed bounds. Anyone younger, and anyone without an age, is in no group.
AGE_GROUPS: tuple[tuple[str, int, int | None], ...] = (
    ("18-24", 18, 24),
    ("25-35", 25, 35),
    ("36-50", 36, 50),
    ("+50", 51, None),
)
_AGE_GROUP_LABELS = [label for label, _, _ in AGE_GROUPS]

# Table → question, columns (keys, then the measure), and whether only the first in rank of each first key is kept.
_TABLES: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "q1": ("q1", ("country", "category", "category_count"), True),
    "q2": ("q2", ("post_year", "category", "category_count"), False),
    "q2_top": ("q2", ("post_year", "category", "category_count"), True),
    "q3a": ("q3", ("country", "poster_name", "follower_count"), True),
    "q4": ("q4", ("age_group", "category", "category_count"), True),
    "q5": ("q5", ("age_group", "median_follower_count"), False),
    "q6": ("q6", ("post_year", "number_users_joined"), False),
    "q7": ("q7", ("post_year", "median_follower_count"), False),
    "q8": ("q8", ("age_group", "post_year", "median_follower_count"), False),
}


class Answer(NamedTuple):
    """One group of a question: its keys as text, "" for the second where there is one, its measure and its rank.

    The rank is among the groups of the same first key, the highest measure first.
    """

    question: str
    first: str
    second: str
    measure: float
    rank: int


def build_tables(answers: Iterable[Answer]) -> dict[str, Table]:
    """The result tables by name, each with "columns" and "rows" of plain JSON values in a total order."""
    answers = list(answers)
    tables = {name: _build_table(name, answers) for name in _TABLES}
    return dict(sorted({**tables, "q3b": _find_top_countries(tables["q3a"])}.items()))


def _build_table(name: str, answers: list[Answer]) -> Table:
    question, columns, only_top = _TABLES[name]
    chosen = [answer for answer in answers if answer.question == question and (answer.rank == 1 or not only_top)]
    return {"columns": list(columns), "rows": [_build_row(columns, answer) for answer in sorted(chosen, key=_order)]}


def _order(answer: Answer) -> tuple[Any, ...]:
    """By the first key, age groups by age; then the highest count, or the year of joining; then the second key."""
    is_age = answer.first in _AGE_GROUP_LABELS
    first = _AGE_GROUP_LABELS.index(answer.first) if is_age else answer.first
    return (first, 0 if answer.question == "q8" else -answer.measure, answer.second)


def _build_row(columns: tuple[str, ...], answer: Answer) -> list[Any]:
    keys = (answer.first, answer.second)[: len(columns) - 1]
    # Counts and follower counts travel as doubles, which hold them exactly; only a median may have a fraction.
    measure = answer.measure if columns[-1].startswith("median") else int(answer.measure)
    return [*(int(key) if column == "post_year" else key for column, key in zip(columns, keys)), measure]


def _find_top_countries(most_followed: Table) -> Table:
    """The country, or the countries when they tie, of the most followed poster of all."""
    top = max((row[2] for row in most_followed["rows"]), default=None)
    countries = sorted({row[0] for row in most_followed["rows"] if row[2] == top})
    return {"columns": ["country", "follower_count"], "rows": [[country, top] for country in countries]}
