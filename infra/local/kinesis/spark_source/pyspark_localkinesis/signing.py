"""Signature Version 4 of AWS, for the one kind of request there is here: POST of a JSON text to "/".

Importing botocore for it takes 0.3 s and more, and every process that Spark starts would pay that.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Credentials:
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Signer:
    credentials: Credentials
    region: str
    service: str = "kinesis"

    def sign(self, headers: dict[str, str], body: bytes, now: datetime) -> dict[str, str]:
        """The headers to send: those given, and what proves who sends them. ``now`` is UTC."""
        instant = now.strftime("%Y%m%dT%H%M%SZ")
        signed = {**headers, "X-Amz-Date": instant}
        if self.credentials.session_token:
            signed["X-Amz-Security-Token"] = self.credentials.session_token
        lines = sorted((name.lower(), " ".join(value.split())) for name, value in signed.items())
        names = ";".join(name for name, _ in lines)
        request = ["POST", "/", "", *(f"{name}:{value}" for name, value in lines), "", names, _digest(body)]
        scope = f"{instant[:8]}/{self.region}/{self.service}/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", instant, scope, _digest("\n".join(request).encode())])
        key = f"AWS4{self.credentials.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        signed["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.credentials.access_key}/{scope},"
            f" SignedHeaders={names}, Signature={signature}"
        )
        return signed


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
