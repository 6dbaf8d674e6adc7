"""What can go wrong, and what is told of it."""

import sys


class OptionsInvalid(ValueError):
    """Some options of the query have values that cannot be used; the message has all of them."""


class DataLost(RuntimeError):
    """Records that the query had not read yet are gone, or cannot be told from others any more."""


class ServiceSilent(ConnectionError):
    """The service gave no answer for longer than anybody should wait."""


class Refused(Exception):
    """The service refused a request for a reason that it names."""

    def __init__(self, action: str, code: str, message: str) -> None:
        super().__init__(f"{action} was refused with {code}: {message}")
        self.code = code


class Throttled(Refused):
    """The service asks to come again later."""


THROTTLING = (
    *("ProvisionedThroughputExceededException", "LimitExceededException"),
    *("ThrottlingException", "KMSThrottlingException"),
)


def warn(text: str) -> None:
    """Workers of Spark have no log but their standard error, which ends up in the log of the executor."""
    print(f"kinesis source: {text}", file=sys.stderr, flush=True)


_PUT_AGAIN = (
    'Remedy: put the missing records again from where they came from, then set the option "failOnDataLoss" to "false"'
    " for one run, which goes on at the oldest record, or where records may come twice start with a new checkpoint, which"
    " reads again all that is left; and keep records longer than the query may rest"
)


def describe_expiry(*, stream: str, shard: str, position: str, oldest: str | None) -> str:
    left = f"the oldest record there now arrived at {oldest}" if oldest else "there is no record left"
    return (
        f'records of shard "{shard}" of stream "{stream}" are lost: the last one that was read, sequence number'
        f' "{position}", is older than what the stream keeps, and {left}; everything between the two is missing.'
        f" {_PUT_AGAIN}"
    )


def describe_gap(*, stream: str, shard: str, position: str) -> str:
    return (
        f'a batch that has to be read again ended at sequence number "{position}" of shard "{shard}" of stream'
        f' "{stream}", which is not there any more: the batch cannot be completed. {_PUT_AGAIN}'
    )


def describe_recreation(*, stream: str, shard: str, position: str) -> str:
    return (
        f'stream "{stream}" was deleted and created again: position "{position}" of the checkpoint is none of its'
        f' shard "{shard}". Remedy: start the query with a new checkpoint; records that it had not read of the old'
        " stream are lost, put them again from where they came from"
    )


def describe_missing_shard(*, stream: str, shard: str, position: str) -> str:
    return (
        f'shard "{shard}" of stream "{stream}" is gone, and its records after "{position}" were not read: it expired,'
        f" or the stream was deleted and created again. {_PUT_AGAIN}"
    )
