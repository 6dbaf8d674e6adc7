from collections.abc import Mapping

import pytest
from pyspark_localkinesis.failures import OptionsInvalid
from pyspark_localkinesis.options import parse_options, warn_of_unknown_options

KEYS = {"awsAccessKey": "key", "awsSecretKey": "secret"}
LEAST = {"streamName": "pins", **KEYS}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("REGION", "DEFAULT_REGION", "ENDPOINT_URL_KINESIS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)


def parse(**options: str):
    return parse_options({**LEAST, **options})


def list_problems(given: Mapping[str, str]) -> str:
    with pytest.raises(OptionsInvalid) as raised:
        parse_options(given)
    return str(raised.value)


def test_a_stream_and_keys_are_enough():
    options = parse()
    assert options.streams == ("pins",)
    assert (options.region, options.endpoint) == ("us-east-1", "https://kinesis.us-east-1.amazonaws.com")
    assert options.initial_position == "LATEST"
    assert (options.max_records_per_fetch, options.min_fetch_period) == (10_000, 0.2)
    assert options.fail_on_data_loss is True


def test_options_are_read_in_any_case_and_empty_ones_are_not_there():
    options = parse_options(
        {**KEYS, "STREAMNAME": "a, b,a", "Region": "eu-west-1", "endpoint": "", "minfetchperiod": "1s"}
    )
    assert options.streams == ("a", "b")
    assert options.endpoint == "https://kinesis.eu-west-1.amazonaws.com"
    assert options.min_fetch_period == 1


def test_what_is_not_an_option_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:4567")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "its secret")
    options = parse_options({"streamName": "pins"})
    assert options.endpoint == "http://127.0.0.1:4567"
    assert (options.credentials.access_key, options.credentials.secret_key) == ("id", "its secret")
    assert parse(endpoint="kinesis.eu-west-1.amazonaws.com").endpoint == "https://kinesis.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("latest", "LATEST"),
        ("TRIM_HORIZON", "TRIM_HORIZON"),
        ("earliest", "TRIM_HORIZON"),
        ('{"at_timestamp": "2026-11-28T10:00:00.250Z"}', "AT:1795860000250"),
        ('{"at_timestamp": "2026-11-28 11:00:00+0100"}', "AT:1795860000000"),
        ('{"at_timestamp": "11/28/2026 10:00:00 UTC", "format": "MM/dd/yyyy HH:mm:ss ZZZ"}', "AT:1795860000000"),
        ('{"at_timestamp": "2026-11-28T12:00:00+02:00", "format": "yyyy-MM-dd\'T\'HH:mm:ssXXX"}', "AT:1795860000000"),
        ('{"at_timestamp": "28.11.2026 10:00", "format": "dd.MM.yyyy HH:mm"}', "AT:1795860000000"),
    ],
)
def test_an_initial_position_is_a_word_or_an_instant(text, position):
    assert parse(initialPosition=text).initial_position == position


def test_all_problems_are_told_at_once_with_their_option_and_value():
    text = list_problems(
        {
            "streamName": " , ",
            "endpoint": "ftp://x",
            "initialPosition": "newest",
            "maxRecordsPerFetch": "10001",
            "minFetchPeriod": "100ms",
            "failOnDataLoss": "maybe",
            "awsAccessKey": "key",
        }
    )
    assert 'option "streamName" with the value "" names no stream' not in text
    for problem in (
        'option "streamName" with the value "," names no stream',
        'option "endpoint" with the value "ftp://x" is no address',
        'option "initialPosition" with the value "newest" is none of latest',
        'option "maxRecordsPerFetch" with the value "10001" is no whole number from 1 to 10000',
        'option "minFetchPeriod" with the value "100ms" is no period of 200ms or more',
        'option "failOnDataLoss" with the value "maybe" is neither true nor false',
        'options "awsAccessKey" and "awsSecretKey" are needed, both of them',
    ):
        assert problem in text


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ('{"at_timestamp": "06/25/2020 10:23:45 PDT", "format": "MM/dd/yyyy HH:mm:ss ZZZ"}', "cannot be read"),
        ('{"at_timestamp": "2020", "format": "yyyy QQ"}', 'the format has "QQ", which is not known here'),
        ('{"at": "2020"}', "is none of latest"),
    ],
)
def test_an_instant_that_could_be_misread_is_refused(told, problem):
    assert problem in list_problems({**LEAST, "initialPosition": told})


def test_an_unknown_option_is_a_warning_and_one_of_databricks_is_not(capsys):
    warn_of_unknown_options({**LEAST, "serviceCredential": "x", "shardspertask": "5", "maxRecordPerFetch": "7"})
    assert capsys.readouterr().err == ('kinesis source: option "maxRecordPerFetch" is not known and has no effect\n')
