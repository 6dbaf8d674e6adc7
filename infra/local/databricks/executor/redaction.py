"""Secrets that a notebook has read are not shown in anything that it leaves behind."""

import json

REPLACEMENT = "[REDACTED]"


class Redactor:
    """Knows the values that were read so far, in every form in which a program is likely to write them."""

    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()

    def add(self, value: str) -> None:
        if not value:
            return
        escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
        shown = {repr(value)[1:-1], repr(value.encode("utf-8", "surrogatepass"))[2:-1]}
        # The longest first: one secret may be a part of another.
        forms = {value, *escaped, *shown, *self._forms}
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    def redact(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, REPLACEMENT)
        return text

    def redact_bytes(self, data: bytes) -> tuple[bytes, bytes]:
        """What can be shown, and an end that may be the beginning of a secret, to be put before what follows."""
        forms = [form.encode("utf-8", "surrogatepass") for form in self._forms]
        for form in forms:
            data = data.replace(form, REPLACEMENT.encode())
        held = max((_count_started(data, form) for form in forms), default=0)
        return data[: len(data) - held], data[len(data) - held :]


def _count_started(data: bytes, form: bytes) -> int:
    """How many bytes at the end of the data are the beginning of the form."""
    start = data.find(form[:1], max(0, len(data) - len(form) + 1))
    while start != -1:
        if form.startswith(data[start:]):
            return len(data) - start
        start = data.find(form[:1], start + 1)
    return 0
