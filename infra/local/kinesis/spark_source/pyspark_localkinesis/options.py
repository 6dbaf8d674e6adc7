"""What a query can set. All problems are told at once, each with the option and its value."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .failures import OptionsInvalid, warn
from .initial_position import parse_initial_position
from .signing import Credentials

# Documented by Databricks, and without effect or without meaning here.
IGNORED = (
    "coalesceBinSize coalesceThresholdBlockSize consumerMode consumerName fetchBufferSize maxFetchDuration maxFetchRate"
    " maxPartitions maxShardsPerDescribe registerConsumerTimeoutInterval requireConsumerDeregistration roleArn"
    " roleExternalId roleSessionName serviceCredential shardFetchInterval shardsPerTask streamARN stsEndpoint"
).split()
HONOURED = (
    "awsAccessKey awsSecretKey endpoint failOnDataLoss initialPosition maxRecordsPerFetch minFetchPeriod region"
    " streamName"
).split()
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Options:
    streams: tuple[str, ...]
    region: str
    endpoint: str
    credentials: Credentials
    initial_position: str
    max_records_per_fetch: int
    # Seconds between two GetRecords of a shard.
    min_fetch_period: float
    fail_on_data_loss: bool


def parse_options(given: Mapping[str, str]) -> Options:
    """Names are in any case; an empty value is the same as none."""
    texts = {name.lower(): text.strip() for name, text in given.items() if text.strip()}
    problems: list[str] = []

    def read(name: str, default: str, parse: Callable[[str], object]) -> object:
        text = texts.get(name.lower(), default)
        try:
            return parse(text)
        except ValueError as error:
            problems.append(f'option "{name}" with the value "{text}" {error}')
            return None

    region = texts.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    endpoint = os.environ.get("AWS_ENDPOINT_URL_KINESIS") or f"https://kinesis.{region}.amazonaws.com"
    values = {
        "streams": read("streamName", "", _parse_streams),
        "region": region,
        "endpoint": read("endpoint", endpoint, _parse_endpoint),
        "credentials": _find_credentials(texts, problems),
        "initial_position": read("initialPosition", "latest", parse_initial_position),
        "max_records_per_fetch": read("maxRecordsPerFetch", "10000", _parse_count),
        "min_fetch_period": read("minFetchPeriod", "200ms", _parse_period),
        "fail_on_data_loss": read("failOnDataLoss", "true", _parse_flag),
    }
    if problems:
        raise OptionsInvalid(f"the kinesis source cannot be used: {'; '.join(problems)}")
    return Options(**values)


def warn_of_unknown_options(given: Mapping[str, str]) -> None:
    known = {name.lower() for name in (*HONOURED, *IGNORED)}
    for name in given:
        if name.lower() not in known:
            warn(f'option "{name}" is not known and has no effect')


def _find_credentials(texts: Mapping[str, str], problems: list[str]) -> Credentials | None:
    own = [texts.get("awsaccesskey"), texts.get("awssecretkey")]
    if not any(own):
        own = [os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")]
        token = os.environ.get("AWS_SESSION_TOKEN")
    else:
        token = None
    if not all(own):
        problems.append(
            'options "awsAccessKey" and "awsSecretKey" are needed, both of them, or AWS_ACCESS_KEY_ID and'
            " AWS_SECRET_ACCESS_KEY in the environment of Spark"
        )
        return None
    return Credentials(str(own[0]), str(own[1]), token)


def _parse_streams(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise ValueError("names no stream; several are separated by commas")
    return names


def _parse_endpoint(text: str) -> str:
    url = text if "://" in text else f"https://{text}"
    scheme, _, host = url.rstrip("/").partition("://")
    if scheme not in ("http", "https") or not host or "/" in host:
        raise ValueError("is no address such as https://kinesis.us-east-1.amazonaws.com")
    return f"{scheme}://{host}"


def _parse_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise ValueError("is no whole number from 1 to 10000")
    return int(text)


def _parse_period(text: str) -> float:
    number = text.rstrip("ms")
    unit = text[len(number) :]
    if not number.isdecimal() or unit not in _UNITS or int(number) * _UNITS[unit] < 0.2:
        raise ValueError("is no period of 200ms or more, such as 400ms or 1s; a shard allows five reads a second")
    return int(number) * _UNITS[unit]


def _parse_flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return text.lower() == "true"
