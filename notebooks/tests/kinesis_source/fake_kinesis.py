"""The part of Kinesis that a reader meets, in this process, with everything that a test wants to go wrong."""

import base64
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# As long as real ones: as floats, neighbours would be equal.
FIRST_NUMBER = 49_680_641_508_833_395_498_169_103_167_218_883_818_487_488_976_003_268_610


@dataclass
class FakeShard:
    name: str
    first: int
    parents: tuple[str, ...] = ()
    records: list[dict] = field(default_factory=list)
    last: int | None = None

    def describe(self) -> dict:
        numbers = {"StartingSequenceNumber": str(self.first)}
        if self.last is not None:
            numbers["EndingSequenceNumber"] = str(self.last)
        names = ("ParentShardId", "AdjacentParentShardId")
        return {"ShardId": self.name, "SequenceNumberRange": numbers, **dict(zip(names, self.parents, strict=False))}


class FakeKinesis:
    def __init__(self) -> None:
        self.streams: dict[str, list[FakeShard]] = {}
        # Every request so far: action, fields, headers.
        self.requests: list[tuple[str, dict, dict]] = []
        # Answers that come before the true ones, by action: status and body.
        self.answers: dict[str, deque[tuple[int, dict]]] = {}
        self._number, self._generation, self._lock = FIRST_NUMBER, 0, threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two writes; without this the second one waits for the client.
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                action = self.headers["X-Amz-Target"].partition(".")[2]
                status, answer = fake.answer(action, request, dict(self.headers))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def create(self, stream: str, shards: int) -> None:
        self.streams[stream] = [self._open(index) for index in range(shards)]

    def put(self, stream: str, shard: int, *texts: str, arrived: float | None = None) -> list[str]:
        records = [
            {
                "SequenceNumber": self._draw_number(),
                "Data": base64.b64encode(text.encode()).decode(),
                "PartitionKey": f"key of {text}",
                "ApproximateArrivalTimestamp": round(arrived or time.time(), 3),
            }
            for text in texts
        ]
        with self._lock:
            self.streams[stream][shard].records += records
        return [record["SequenceNumber"] for record in records]

    def reshard(self, stream: str, parents: list[int], children: int) -> None:
        """A split has one parent and two children, a merge two and one."""
        shards = self.streams[stream]
        for parent in parents:
            shards[parent].last = int(self._draw_number())
        names = tuple(shards[parent].name for parent in parents)
        shards += [self._open(len(shards) + index, names) for index in range(children)]

    def expire_records(self, stream: str, shard: int, count: int) -> None:
        with self._lock:
            del self.streams[stream][shard].records[:count]

    def expire_iterators(self) -> None:
        self._generation += 1

    def refuse(self, action: str, code: str, times: int = 1) -> None:
        refusal = (400, {"__type": f"com.amazonaws.kinesis#{code}", "message": "by the test"})
        self.answers.setdefault(action, deque()).extend([refusal] * times)

    def count(self, action: str) -> int:
        return sum(1 for asked, _, _ in self.requests if asked == action)

    def answer(self, action: str, request: dict, headers: dict) -> tuple[int, dict]:
        self.requests.append((action, request, headers))
        prepared = self.answers.get(action)
        if prepared:
            return prepared.popleft()
        with self._lock:
            return {"ListShards": self._list, "GetShardIterator": self._locate, "GetRecords": self._read}[action](
                request
            )

    def _list(self, request: dict) -> tuple[int, dict]:
        """Two shards a page, so that a reader has to turn pages."""
        stream, start = request.get("StreamName"), 0
        if "NextToken" in request:
            stream, _, text = request["NextToken"].rpartition("/")
            start = int(text)
        if stream not in self.streams:
            return _refuse("ResourceNotFoundException", f"Stream {stream} under account 000000000000 not found.")
        shards = self.streams[stream]
        page = {"Shards": [shard.describe() for shard in shards[start : start + 2]]}
        return 200, page if start + 2 >= len(shards) else {**page, "NextToken": f"{stream}/{start + 2}"}

    def _locate(self, request: dict) -> tuple[int, dict]:
        stream, name, kind = request["StreamName"], request["ShardId"], request["ShardIteratorType"]
        shard = next(shard for shard in self.streams[stream] if shard.name == name)
        number = {"AT_SEQUENCE_NUMBER": request.get("StartingSequenceNumber")}.get(kind, "0")
        instant = request.get("Timestamp", 0)
        later = (record for record in shard.records if record["ApproximateArrivalTimestamp"] >= instant)
        if kind == "AT_TIMESTAMP":
            first = next(later, None)
            number = first["SequenceNumber"] if first else str(self._number)
        return 200, {"ShardIterator": f"{stream}/{name}/{number}/{self._generation}"}

    def _read(self, request: dict) -> tuple[int, dict]:
        stream, name, number, generation = request["ShardIterator"].split("/")
        if int(generation) != self._generation:
            return _refuse("ExpiredIteratorException", "Iterator expired.")
        shard = next(shard for shard in self.streams[stream] if shard.name == name)
        ahead = [record for record in shard.records if int(record["SequenceNumber"]) >= int(number)]
        page = ahead[: request["Limit"]]
        after = int(page[-1]["SequenceNumber"]) + 1 if page else number
        answer = {"Records": page, "MillisBehindLatest": 1000 if len(page) < len(ahead) else 0}
        if shard.last is None or len(page) < len(ahead):
            answer["NextShardIterator"] = f"{stream}/{name}/{after}/{generation}"
        return 200, answer

    def _open(self, index: int, parents: tuple[str, ...] = ()) -> FakeShard:
        return FakeShard(f"shardId-{index:012}", int(self._draw_number()), parents)

    def _draw_number(self) -> str:
        with self._lock:
            self._number += 2
            return str(self._number)


def _refuse(code: str, message: str) -> tuple[int, dict]:
    return 400, {"__type": code, "message": message}
