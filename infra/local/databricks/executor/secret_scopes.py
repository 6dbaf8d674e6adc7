"""``dbutils.secrets`` over the secrets that the server sent along."""

from collections.abc import Mapping
from dataclasses import dataclass

from .redaction import Redactor


@dataclass(frozen=True)
class SecretMetadata:
    key: str


@dataclass(frozen=True)
class SecretScope:
    name: str


class Secrets:
    def __init__(self, secrets: Mapping[str, Mapping[str, str]], redactor: Redactor) -> None:
        self._secrets = secrets
        self._redactor = redactor

    def get(self, scope: str, key: str) -> str:
        if key not in self._require(scope):
            raise ValueError(f"Secret does not exist with scope: {scope} and key: {key}")
        value = self._secrets[scope][key]
        self._redactor.add(value)
        return value

    def getBytes(self, scope: str, key: str) -> bytes:  # noqa: N802
        return self.get(scope, key).encode()

    def list(self, scope: str) -> list[SecretMetadata]:
        return [SecretMetadata(key) for key in sorted(self._require(scope))]

    def listScopes(self) -> "list[SecretScope]":  # noqa: N802
        return [SecretScope(name) for name in sorted(self._secrets)]

    def _require(self, scope: str) -> Mapping[str, str]:
        if scope not in self._secrets:
            raise ValueError(f"Scope {scope} does not exist!")
        return self._secrets[scope]
