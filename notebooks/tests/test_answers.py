from pinflow_notebooks.answers import Answer, build_tables


def test_tables_are_complete_and_empty_without_answers() -> None:
    tables = build_tables([])
    assert {name: table["columns"] for name, table in tables.items()} == {
        "q1": ["country", "category", "category_count"],
        "q2": ["post_year", "category", "category_count"],
        "q2_top": ["post_year", "category", "category_count"],
        "q3a": ["country", "poster_name", "follower_count"],
        "q3b": ["country", "follower_count"],
        "q4": ["age_group", "category", "category_count"],
        "q5": ["age_group", "median_follower_count"],
        "q6": ["post_year", "number_users_joined"],
        "q7": ["post_year", "median_follower_count"],
        "q8": ["age_group", "post_year", "median_follower_count"],
    }
    assert all(table["rows"] == [] for table in tables.values())


def test_age_groups_sort_by_age_and_years_are_numbers() -> None:
    labels = ["+50", "25-35", "18-24", "36-50"]
    answers = [Answer("q8", label, year, 1.5, 1) for label in labels for year in ("2016", "2015")]
    rows = build_tables(answers)["q8"]["rows"]
    assert [row[:2] for row in rows] == [
        [label, year] for label in ("18-24", "25-35", "36-50", "+50") for year in (2015, 2016)
    ]


def test_counts_are_whole_and_medians_may_have_a_fraction() -> None:
    tables = build_tables([Answer("q6", "2016", "", 3.0, 1), Answer("q7", "2015", "", 23_500.5, 1)])
    assert repr(tables["q6"]["rows"]) == "[[2016, 3]]"
    assert repr(tables["q7"]["rows"]) == "[[2015, 23500.5]]"


def test_only_the_first_in_rank_are_at_the_top_and_ties_stay() -> None:
    counts = [("art", 4.0, 3), ("travel", 5.0, 1), ("beauty", 5.0, 1)]
    tables = build_tables([Answer("q2", "2018", category, count, rank) for category, count, rank in counts])
    assert tables["q2"]["rows"] == [[2018, "beauty", 5], [2018, "travel", 5], [2018, "art", 4]]
    assert tables["q2_top"]["rows"] == [[2018, "beauty", 5], [2018, "travel", 5]]


def test_countries_tie_for_the_most_followed_poster() -> None:
    posters = [("Chad", "Cy", 7.0), ("Angola", "Al", 8.0), ("Angola", "Bo", 8.0), ("Belize", "Ed", 8.0)]
    tables = build_tables([Answer("q3", country, poster, followers, 1) for country, poster, followers in posters])
    assert tables["q3b"]["rows"] == [["Angola", 8], ["Belize", 8]]
