"""How far the queries of a run are, for the exit value and for who watches the run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pinflow_notebooks.kinds import KINDS
from pinflow_notebooks.stream_batch import BatchCounts

_COUNTED = ("records", "rows", "quarantined", "duplicates")


@dataclass(frozen=True)
class KindProgress:
    """The last batch of a kind, and what the batches of this run before it sum up to."""

    batch: int
    ended: datetime
    seconds: float
    counts: BatchCounts
    batches_before: int
    totals_before: Mapping[str, int]
    positions: Mapping[str, str]

    def totals(self) -> dict[str, int]:
        return {name: self.totals_before[name] + getattr(self.counts, name) for name in _COUNTED}


@dataclass
class Progress:
    """Each query reports its own kind, and an entry is replaced as a whole: no reader sees half of one."""

    _kinds: dict[str, KindProgress] = field(default_factory=dict)

    def add_batch(self, kind: str, batch: int, seconds: float, counts: BatchCounts) -> None:
        """A batch that was stopped before its checkpoint comes again under its number, and is then counted once."""
        last = self._kinds.get(kind)
        batches, totals, positions = 0, dict.fromkeys(_COUNTED, 0), {}
        if last is not None:
            is_again = last.batch == batch
            batches = last.batches_before + (0 if is_again else 1)
            totals = dict(last.totals_before) if is_again else last.totals()
            positions = dict(last.positions)
        self._kinds[kind] = KindProgress(
            batch=batch,
            ended=datetime.now(timezone.utc),
            seconds=seconds,
            counts=counts,
            batches_before=batches,
            totals_before=totals,
            positions={**positions, **counts.positions},
        )

    def describe_kinds(self) -> dict[str, Any]:
        return {kind: _describe(progress) for kind, progress in list(self._kinds.items())}

    def sum_up(self) -> dict[str, dict[str, int]]:
        """Batches and counts of this run, for every kind."""
        nothing = dict.fromkeys(("batches", *_COUNTED), 0)
        done = {kind: {"batches": p.batches_before + 1, **p.totals()} for kind, p in self._kinds.items()}
        return {kind: done.get(kind, nothing) for kind in KINDS}


def render_progress(kinds: Mapping[str, Any]) -> str:
    return json.dumps({"at": _iso(datetime.now(timezone.utc)), "kinds": kinds})


def _describe(progress: KindProgress) -> dict[str, Any]:
    totals = progress.totals()
    newest = progress.counts.newest
    return {
        "batch": progress.batch,
        "at": _iso(progress.ended),
        "seconds": round(progress.seconds, 3),
        "records": progress.counts.records,
        "total": totals["records"],
        **{name: totals[name] for name in ("rows", "quarantined", "duplicates")},
        "newest": None if newest is None else _iso(datetime.fromtimestamp(newest / 1000, timezone.utc)),
        "positions": dict(sorted(progress.positions.items())),
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
