"""The ten result tables, computed without Spark: what a run over the same raw rows must answer.

    python expected_results.py FOLDER       # pin.jsonl, geo.jsonl, user.jsonl -> {"q1": {"columns": [...], "rows": [...]}, ...}
    python expected_results.py --self-test  # checks itself on hand-made rows

Written from the questions alone, with the standard library only; it shares no code with the notebooks.

Decisions, where the questions leave a choice:
- Ties are kept: every row of rank 1 is an answer.
- Rows of one key count once, the first of the file. Rows that cannot be read are left out and counted on stderr.
- Poster and follower count are unknown where the site failed ("User Info Error") or the text is empty; such posts have
  no say in q3 and in medians. A group of posts without any known follower count has no median and no row.
- A median is exact; of an even number of values it is the mean of the middle two. It weighs posts, not people.
- A person is (first name, last name, age, date joined); years of joining are those of date_joined.
- Age groups are closed: 18-24, 25-35, 36-50, then +50 from 51 on. Below 18 or unknown belongs to none.

Order of rows: by the group (country or year ascending, age groups by age), then the count descending, then the
remaining names ascending by code point. This is a total order: equal inputs give equal texts.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

AGE_GROUPS = [("18-24", 18, 24), ("25-35", 25, 35), ("36-50", 36, 50), ("+50", 51, 200)]
AGE_ORDER = {name: place for place, (name, _, _) in enumerate(AGE_GROUPS)}
FOLLOWERS = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?([kKmMbB]?)")
SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
NO_USER = "User Info Error"


class Unreadable(ValueError):
    """A row that no rule covers: a run quarantines it."""


def read_text(row, field):
    value = row.get(field)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{field}: {value!r}")
    return value or None


def read_int(row, field):
    value = row.get(field)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Unreadable(f"{field}: {value!r}")
    return value


def read_time(row, field):
    """Dates come with a blank or a T between day and time."""
    text = read_text(row, field)
    try:
        return None if text is None else datetime.strptime(text.replace("T", " "), "%Y-%m-%d %H:%M:%S")
    except ValueError as error:
        raise Unreadable(f"{field}: {text!r}") from error


def read_followers(row):
    """136k is 136000, 2M is 2000000; 1.2k, 1,234 and B are taken too."""
    text = read_text(row, "follower_count")
    if text is None or text == NO_USER:
        return None
    parts = FOLLOWERS.fullmatch(text)
    if parts is None:
        raise Unreadable(f"follower_count: {text!r}")
    number, decimals, scale = parts.groups()
    return int(Decimal(number.replace(",", "") + (decimals or "")) * SCALES[scale.lower()])


def read_pin(row):
    poster = read_text(row, "poster_name")
    return {
        "category": read_text(row, "category"),
        "poster": None if poster == NO_USER else poster,
        "followers": read_followers(row),
    }


def read_geo(row):
    return {"country": read_text(row, "country"), "time": read_time(row, "timestamp")}


def read_user(row):
    age = read_int(row, "age")
    joined = read_time(row, "date_joined")
    return {
        "person": (read_text(row, "first_name"), read_text(row, "last_name"), age, joined),
        "group": next((name for name, low, high in AGE_GROUPS if age is not None and low <= age <= high), None),
        "join_year": None if joined is None else joined.year,
    }


def read_rows(lines, read):
    """Clean rows by key, and how many could not be read."""
    rows, unreadable = {}, 0
    for line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise Unreadable(f"not an object: {row!r}")
            key = read_int(row, "index" if "index" in row else "ind")
            if key is None:
                raise Unreadable("no key")
            clean = read(row)
        except ValueError:
            unreadable += 1
            continue
        rows.setdefault(key, clean)
    return rows, unreadable


def rank_first(counts):
    """Of {(group, name): count} the triples with the highest count of their group, ties included."""
    best = defaultdict(int)
    for (group, _), count in counts.items():
        best[group] = max(best[group], count)
    return [(group, name, count) for (group, name), count in counts.items() if count == best[group]]


def by_group(rows, place=lambda group: group):
    return sorted(rows, key=lambda row: (place(row[0]), -row[2], row[1]))


def medians(pairs):
    """Median per group of (group, followers); unknown followers and groups are left out."""
    values = defaultdict(list)
    for group, followers in pairs:
        if group is not None and followers is not None:
            values[group].append(followers)
    return {group: float(median(numbers)) for group, numbers in values.items()}


def answer(pins, geos, users):
    """All ten tables from clean rows by key."""
    pin_geo = [(pins[key], geos[key]) for key in pins if key in geos]
    pin_user = [(pins[key], users[key]) for key in pins if key in users]

    per_country = Counter((g["country"], p["category"]) for p, g in pin_geo if g["country"] and p["category"])
    per_year = Counter(
        (g["time"].year, p["category"])
        for p, g in pin_geo
        if p["category"] and g["time"] is not None and 2018 <= g["time"].year <= 2022
    )
    per_age = Counter((u["group"], p["category"]) for p, u in pin_user if u["group"] and p["category"])

    of_poster = defaultdict(int)
    for p, g in pin_geo:
        if g["country"] and p["poster"] and p["followers"] is not None:
            place = (g["country"], p["poster"])
            of_poster[place] = max(of_poster[place], p["followers"])
    most_followed = rank_first(of_poster)
    top_followers = max((followers for _, _, followers in most_followed), default=None)
    top_countries = sorted({country for country, _, followers in most_followed if followers == top_followers})

    def joined_2015_to_2020(year):
        return year is not None and 2015 <= year <= 2020

    people = {u["person"] for u in users.values() if joined_2015_to_2020(u["join_year"])}
    per_join_year = Counter(joined.year for _, _, _, joined in people)
    recent = [(p, u) for p, u in pin_user if joined_2015_to_2020(u["join_year"])]
    age_medians = medians((u["group"], p["followers"]) for p, u in pin_user)
    year_medians = medians((u["join_year"], p["followers"]) for p, u in recent)
    both_medians = medians(((u["group"], u["join_year"]), p["followers"]) for p, u in recent if u["group"])

    def age_place(group):
        return AGE_ORDER[group]

    def table(columns, rows):
        return {"columns": columns.split(), "rows": [list(row) for row in rows]}

    all_years = by_group([(year, category, count) for (year, category), count in per_year.items()])
    return {
        "q1": table("country category category_count", by_group(rank_first(per_country))),
        "q2": table("post_year category category_count", all_years),
        "q2_top": table("post_year category category_count", by_group(rank_first(per_year))),
        "q3a": table("country poster_name follower_count", by_group(most_followed)),
        "q3b": table("country follower_count", [(country, top_followers) for country in top_countries]),
        "q4": table("age_group category category_count", by_group(rank_first(per_age), age_place)),
        "q5": table(
            "age_group median_follower_count", sorted(age_medians.items(), key=lambda row: age_place(row[0]))
        ),
        "q6": table("post_year number_users_joined", sorted(per_join_year.items())),
        "q7": table("post_year median_follower_count", sorted(year_medians.items())),
        "q8": table(
            "age_group post_year median_follower_count",
            sorted(
                ((group, year, value) for (group, year), value in both_medians.items()),
                key=lambda row: (age_place(row[0]), row[1]),
            ),
        ),
    }


def answer_lines(pin_lines, geo_lines, user_lines):
    pins, bad_pins = read_rows(pin_lines, read_pin)
    geos, bad_geos = read_rows(geo_lines, read_geo)
    users, bad_users = read_rows(user_lines, read_user)
    return answer(pins, geos, users), {"pin": bad_pins, "geo": bad_geos, "user": bad_users}


def answer_folder(folder):
    kinds = ("pin", "geo", "user")
    lines = [(Path(folder) / f"{kind}.jsonl").read_text(encoding="utf-8").split("\n") for kind in kinds]
    return answer_lines(*lines)


def self_test():
    """Hand-made posts with ties, an even median, unknown followers, borders of age groups and years, repeats."""
    posts = [
        # key, category, poster, followers, country, posted, first name, age, joined
        (0, "art", "Ann", "1k", "Peru", "2018-01-01 00:00:00", "Ada", 18, "2015-12-31 23:59:59"),
        (1, "travel", "Bob", "2k", "Peru", "2018-12-31T23:59:59", "Ada", 18, "2015-12-31 23:59:59"),
        (2, "art", "Ann", "900", "Oman", "2022-12-31 23:59:59", "Ben", 24, "2016-01-01T00:00:00"),
        (3, "art", NO_USER, NO_USER, "Oman", "2017-12-31 23:59:59", "Cat", 25, "2016-05-05 05:05:05"),
        (4, "quotes", "Dan", "1.5M", "Oman", "2023-01-01 00:00:00", "Dot", 50, "2021-01-01 00:00:00"),
        (5, "quotes", "Eve", "1,500k", "Chad", "2019-06-06 06:06:06", "Eli", 51, "2020-12-31 00:00:00"),
        (6, "travel", "Fay", "0", "Chad", "2019-06-06 06:06:07", "Flo", 17, "2014-12-31 23:59:59"),
        (7, "travel", "Fay", "10", "Chad", "2019-06-06 06:06:08", "Gus", None, "2016-01-01 00:00:00"),
    ]
    pins, geos, users = [], [], []
    for key, category, poster, followers, country, posted, name, age, joined in posts:
        pins.append({"index": key, "poster_name": poster, "follower_count": followers, "category": category})
        geos.append({"ind": key, "timestamp": posted, "country": country})
        users.append({"ind": key, "first_name": name, "last_name": "X", "age": age, "date_joined": joined})
    pins += [pins[0], {**pins[1], "follower_count": "99M"}, {**pins[2], "index": 8, "follower_count": "many"}]
    results, unreadable = answer_lines(*([json.dumps(row) for row in rows] for rows in (pins, geos, users)))
    expected = {
        "q1": [
            ["Chad", "travel", 2],
            ["Oman", "art", 2],
            ["Peru", "art", 1],
            ["Peru", "travel", 1],
        ],
        "q2": [
            [2018, "art", 1],
            [2018, "travel", 1],
            [2019, "travel", 2],
            [2019, "quotes", 1],
            [2022, "art", 1],
        ],
        "q2_top": [[2018, "art", 1], [2018, "travel", 1], [2019, "travel", 2], [2022, "art", 1]],
        "q3a": [["Chad", "Eve", 1500000], ["Oman", "Dan", 1500000], ["Peru", "Bob", 2000]],
        "q3b": [["Chad", 1500000], ["Oman", 1500000]],
        "q4": [["18-24", "art", 2], ["25-35", "art", 1], ["36-50", "quotes", 1], ["+50", "quotes", 1]],
        "q5": [["18-24", 1000.0], ["36-50", 1500000.0], ["+50", 1500000.0]],
        "q6": [[2015, 1], [2016, 3], [2020, 1]],
        "q7": [[2015, 1500.0], [2016, 455.0], [2020, 1500000.0]],
        "q8": [["18-24", 2015, 1500.0], ["18-24", 2016, 900.0], ["+50", 2020, 1500000.0]],
    }
    assert list(results) == list(expected), list(results)
    for name, rows in expected.items():
        assert results[name]["rows"] == rows, f"{name}: expected {rows}, got {results[name]['rows']}"
        assert all(len(row) == len(results[name]["columns"]) for row in rows), name
    assert unreadable == {"pin": 1, "geo": 0, "user": 0}, unreadable
    empty, _ = answer_lines([], [], [])
    assert all(table["rows"] == [] for table in empty.values()), empty
    for text, followers in {"0": 0, "940": 940, "136k": 136000, "2M": 2000000, "1.2K": 1200, "1B": 10**9}.items():
        assert read_followers({"follower_count": text}) == followers, text
    print("self-test passed")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return
    if len(arguments) != 1:
        sys.exit("usage: expected_results.py FOLDER | --self-test")
    results, unreadable = answer_folder(arguments[0])
    print(f"rows left out: {json.dumps(unreadable)}", file=sys.stderr)
    print(json.dumps(results, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
