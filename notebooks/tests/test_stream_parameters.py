import json

import pytest

from pinflow_notebooks.stream_parameters import parse_streams, parse_trigger

NAMES = {"pin": "a", "geo": "b", "user": "c"}


def test_streams_are_read_in_the_order_of_the_kinds() -> None:
    text = json.dumps(dict(reversed(NAMES.items())))
    assert list(parse_streams(text).items()) == list(NAMES.items())


@pytest.mark.parametrize(
    "text", ["pin", "[]", "{}", json.dumps({**NAMES, "board": "d"}), json.dumps({**NAMES, "geo": ""})]
)
def test_streams_other_than_one_per_kind_are_refused_with_their_text(text: str) -> None:
    with pytest.raises(ValueError, match=r'^parameter "streams" must be a JSON object .* got ') as error:
        parse_streams(text)
    assert str(error.value).endswith(text)


def test_a_trigger_is_a_number_of_seconds_or_what_is_available_now() -> None:
    assert parse_trigger("") == {"availableNow": True}
    assert parse_trigger("0.5") == {"processingTime": "0.5 seconds"}
    for text in ("soon", "-1", "1s", "1e3"):
        with pytest.raises(ValueError, match=f'^parameter "trigger" must be seconds .* got "{text}"$'):
            parse_trigger(text)
