"""The pipes between the server and a process of the executor."""

import json
import os
import queue
import threading


def take_over_pipes() -> tuple[int, int]:
    """Moves input and output away from descriptors 0 and 1, so that nothing a notebook starts can use them."""
    commands, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, answers


def read_commands(descriptor: int) -> "queue.Queue[dict]":
    """Reads on a thread of its own, because the end of the input must be noticed while a notebook runs.

    It means that the server is gone, and ends this process. The JVM reads a pipe held by this process and ends when
    that closes.
    """
    inbox: queue.Queue[dict] = queue.Queue()

    def read() -> None:
        with os.fdopen(descriptor, encoding="utf-8") as lines:
            for line in lines:
                inbox.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, name="commands", daemon=True).start()
    return inbox


def answer(descriptor: int, message: dict) -> None:
    data = (json.dumps(message) + "\n").encode()
    while data:
        data = data[os.write(descriptor, data) :]
