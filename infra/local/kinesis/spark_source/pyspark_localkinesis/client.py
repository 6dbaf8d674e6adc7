"""Asks the Kinesis service: JSON over one connection that stays open."""

import http.client
import json
import random
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from .failures import THROTTLING, Refused, ServiceSilent, Throttled, warn
from .options import Options
from .signing import Signer

ANSWER_SECONDS = 30
# A restart of the service must not end a query; an address at which there is none must.
SILENCE_SECONDS = 60


class KinesisClient:
    def __init__(self, options: Options) -> None:
        self._endpoint = urlsplit(options.endpoint)
        self._signer = Signer(options.credentials, options.region)
        self._connection: http.client.HTTPConnection | None = None
        self._date: str | None = None

    def ask(self, action: str, **request: object) -> dict:
        """Every request here only reads, so one without an answer is sent again."""
        body = json.dumps(request).encode()
        began, tries = time.monotonic(), 0
        while True:
            try:
                status, answer = self._post(action, body)
                if status < 500:
                    break
                problem = f"status {status}: {answer[:200]!r}"
            except (OSError, http.client.HTTPException) as error:
                self.close()
                problem = f"{type(error).__name__}: {error}"
            if time.monotonic() - began > SILENCE_SECONDS:
                raise ServiceSilent(
                    f'"{self._endpoint.geturl()}" did not answer {action} for {SILENCE_SECONDS} s ({problem}).'
                    ' Remedy: start the service, or correct the option "endpoint"'
                )
            # A connection that was kept too long fails once and for no reason.
            if tries == 1:
                warn(f"{action} is tried again after {problem}")
            time.sleep(0 if tries == 0 else draw_delay(tries))
            tries += 1
        if status == 200:
            return json.loads(answer)
        raise _read_refusal(action, answer)

    def ask_patiently(self, action: str, **request: object) -> dict:
        """The same for what nothing can go on without: waits while the service throttles."""
        tries = 0
        while True:
            try:
                return self.ask(action, **request)
            except Throttled:
                tries += 1
                time.sleep(draw_delay(tries))

    def read_clock(self) -> int:
        """The service's time at its last answer in milliseconds, whole seconds rounded down."""
        if self._date is None:
            raise ServiceSilent("the service has told no date")
        return int(parsedate_to_datetime(self._date).timestamp()) * 1000

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, action: str, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._endpoint.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(self._endpoint.netloc, timeout=ANSWER_SECONDS)
        headers = {
            "Host": self._endpoint.netloc,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"Kinesis_20131202.{action}",
        }
        self._connection.request("POST", "/", body, self._signer.sign(headers, body, datetime.now(timezone.utc)))
        response = self._connection.getresponse()
        answer = response.read()
        self._date = response.headers.get("Date") or self._date
        return response.status, answer


def draw_delay(tries: int) -> float:
    """Twice as long each time from 0.2 s to 5 s, and somewhere within, so that clients do not come back together."""
    return random.uniform(0.5, 1) * min(5, 0.2 * 2 ** min(tries, 10))


def _read_refusal(action: str, answer: bytes) -> Refused:
    try:
        told = json.loads(answer)
        code = str(told["__type"]).rpartition("#")[2]
        message = str(told.get("message") or told.get("Message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        code, message = "an unknown error", answer[:200].decode(errors="replace")
    return (Throttled if code in THROTTLING else Refused)(action, code, message)
