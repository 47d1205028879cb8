"""The load: a small HTTP client of its own process, so that it takes no time from what it measures.

Reads one `Work` as JSON on its standard input and writes the samples as JSON on its standard output. Blocks of all
pages take turns, so that whatever else the machine does falls on all of them alike.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import psutil

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Page:
    """What is asked, in turns, and what stands in a right answer."""

    name: str
    port: int
    processes: list[int]  # that answer, with their children
    asked: list[list[str]]  # the text of a request, and words that its answer holds
    status: int = 200


@dataclass
class Samples:
    """Of one page at one number of connections: seconds of each request, and of the blocks they came in."""

    page: str
    port: int
    connections: int
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    busy: float = 0.0  # of the processors, for answering
    size: int = 0


class Wrong(Exception):
    """An answer that is not what the page should be: nothing is measured by it."""


async def exchange(streams: Any, request: bytes) -> tuple[int, bytes, float]:
    """One request on a kept connection: status, body, and the seconds until its last byte."""
    reader, writer = streams
    begun = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
    body = await reader.readexactly(length)
    return int(head[9:12]), body, time.perf_counter() - begun


async def visitor(page: Page, turns: Any, requests: int, until: float) -> list[tuple[float, int]]:
    """One kept connection: the seconds and the size of each answer."""
    streams, seen = await asyncio.open_connection(HOST, page.port), []
    for _ in range(requests):
        request, *words = next(turns)
        status, body, seconds = await exchange(streams, request.encode())
        check(page, status, body, words)
        seen.append((seconds, len(body)))
        if time.perf_counter() > until:
            break
    streams[1].close()
    await streams[1].wait_closed()
    return seen


def check(page: Page, status: int, body: bytes, words: list[str]) -> None:
    """Before its time counts."""
    missing = [word for word in words if word.encode() not in body]
    if status != page.status or missing:
        raise Wrong(f"{page.name} on port {page.port}: {status}, without {missing}: {body[:400]!r}")


async def block(page: Page, turns: Any, samples: Samples, requests: int, seconds: float) -> None:
    """So many requests or seconds on each connection, whichever comes first."""
    begun, busy = time.perf_counter(), busy_seconds(page.processes)
    visits = (visitor(page, turns, requests, begun + seconds) for _ in range(samples.connections))
    seen = [each for one in await asyncio.gather(*visits) for each in one]
    samples.elapsed += time.perf_counter() - begun
    samples.busy += busy_seconds(page.processes) - busy
    samples.seconds += [seconds for seconds, _size in seen]
    samples.size = seen[-1][1]


def busy_seconds(processes: list[int]) -> float:
    """What the processes and their children have used of the processors."""
    parents = [psutil.Process(number) for number in processes]
    everybody = [each for parent in parents for each in (parent, *parent.children(recursive=True))]
    return sum(sum(each.cpu_times()[:2]) for each in everybody)


async def work(given: dict[str, Any]) -> list[Samples]:
    """Rounds in which every page has its turn, on one connection, then on several; one before them is to warm up."""
    pages = [Page(**page) for page in given["pages"]]
    turns = {(page.name, page.port): cycle(page.asked) for page in pages}
    most = max(given["connections"])
    for page in pages:
        await block(page, turns[page.name, page.port], Samples(page.name, page.port, most), 3, given["seconds"])
    collected = []
    for connections in given["connections"]:
        samples = {(page.name, page.port): Samples(page.name, page.port, connections) for page in pages}
        for _ in range(given["rounds"]):
            for page in pages:
                key = page.name, page.port
                await block(page, turns[key], samples[key], given["requests"], given["seconds"])
        collected += samples.values()
    return collected


if __name__ == "__main__":
    found = asyncio.run(work(json.load(sys.stdin)))
    json.dump([vars(samples) for samples in found], sys.stdout)
