"""The state board and the named regions of a job, for Python 3: one module, the standard library only.

A program that is not run by the supervisor gets a board that does nothing:

    import supervisor_board
    board = supervisor_board.open_board()
    board.beat()
    board.progress(3, 10)
    board.status("loading")
    requests = board.counter("requests")
    requests.add(1)

Words are stored through memoryview.cast("Q") and cast("I"): one aligned store each. (struct.pack_into writes byte by byte: a reader could see half
of a number.) Documentation: docs/state-board.md. SPDX-License-Identifier: MIT
"""

import mmap
import os
import sys

MAGIC = 0x4452414F42505553
ABI_VERSION = 1
SIZE = 4096

GOAL_RUN, GOAL_STOP, GOAL_RELOAD = 1, 2, 3
PHASES = {"starting": 1, "ready": 2, "stopping": 3}

# Offsets of docs/state-board.md; a test holds them to it.
OFFSETS = {
    "magic": 0, "abi_version": 8, "goal": 68, "stop_deadline": 72, "supervisor_sequence": 64, "start_time": 80, "pid": 88, "attempt": 92,
    "instance": 96, "restarts": 100, "reloads": 104, "last_exit_cause": 108, "last_exit_code": 112, "last_exit_signal": 116,
    "heartbeat": 256, "phase": 320, "progress_sequence": 324, "progress_done": 328, "progress_total": 336,
    "status_sequence": 344, "status_length": 348, "status_text": 352, "job_bytes": 640, "counters": 1152,
}
STATUS_SIZE, BYTES_SIZE = 256, 512
COUNTERS, COUNTER_SIZE, NAME_SIZE = 32, 64, 48
_COUNTER, _GAUGE, _BEING_NAMED = 1, 2, 3
_O = OFFSETS
_MASK = 0xFFFFFFFFFFFFFFFF


def _descriptor(variable):
    text = os.environ.get(variable, "")
    return int(text) if text.isdigit() else None


class Cell:
    """A counter or a gauge. One process changes it; Python has no atomic addition for more."""

    __slots__ = ("_words", "_index")

    def __init__(self, words, index):
        self._words, self._index = words, index

    def add(self, by=1):
        self._words[self._index] = (self._words[self._index] + by) & _MASK

    def set(self, value):
        self._words[self._index] = value & _MASK

    @property
    def value(self):
        return self._words[self._index]


class NoBoard:
    """The board of a program that has none: takes everything, does nothing."""

    present = False
    goal = GOAL_RUN
    stop_deadline = 0
    reloads = 0
    attempt = 0
    job_bytes = None

    def beat(self):
        pass

    def phase(self, name):
        pass

    def progress(self, done, total=0):
        pass

    def status(self, text):
        pass

    def counter(self, name):
        return Cell([0], 0)

    gauge = counter


class Board:
    """The board of this job."""

    present = True

    def __init__(self, fd):
        self._map = mmap.mmap(fd, SIZE, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        self._bytes = memoryview(self._map)
        self._words = self._bytes.cast("Q")
        self._halves = self._bytes.cast("I")

    def _half(self, name):
        return self._halves[_O[name] // 4]

    @property
    def version_matches(self):
        return self._words[0] == MAGIC and self._half("abi_version") == ABI_VERSION

    def beat(self):
        """A sign of life: one store."""
        self._words[32] = (self._words[32] + 1) & _MASK

    def phase(self, name):
        """"starting", "ready" or "stopping"."""
        self._halves[_O["phase"] // 4] = PHASES[name]

    def progress(self, done, total=0):
        """done of total units; total 0: not known."""
        odd = self._begin("progress_sequence")
        self._words[_O["progress_done"] // 8] = done
        self._words[_O["progress_total"] // 8] = total
        self._end("progress_sequence", odd)

    def status(self, text):
        """What the job does now, one line; what does not fit is cut off at the end of a character."""
        data = text.encode("utf-8", "replace")[:STATUS_SIZE].decode("utf-8", "ignore").encode("utf-8")
        odd = self._begin("status_sequence")
        self._bytes[_O["status_text"]:_O["status_text"] + len(data)] = data
        self._halves[_O["status_length"] // 4] = len(data)
        self._end("status_sequence", odd)

    def counter(self, name):
        """A counter (only grows) of that name: found, or named now. A cell that nobody reads when the table is full."""
        return self._cell(name, _COUNTER)

    def gauge(self, name):
        """A gauge of that name."""
        return self._cell(name, _GAUGE)

    @property
    def goal(self):
        """What is wanted: GOAL_RUN, GOAL_STOP or GOAL_RELOAD."""
        return self._half("goal")

    @property
    def stop_deadline(self):
        """When SIGKILL follows, ns of time.monotonic_ns(); 0: no stop is on its way."""
        return self._words[_O["stop_deadline"] // 8]

    @property
    def reloads(self):
        """Reloads asked of this attempt: act when it has changed."""
        return self._half("reloads")

    @property
    def attempt(self):
        """Number of the attempt."""
        return self._half("attempt")

    @property
    def job_bytes(self):
        """512 bytes that are the job's own and survive its restarts: a writable memoryview (cast("Q") for whole words)."""
        return self._bytes[_O["job_bytes"]:_O["job_bytes"] + BYTES_SIZE]

    # `| 1` repairs a sequence that a writer left odd when it died.
    def _begin(self, name):
        odd = self._half(name) | 1
        self._halves[_O[name] // 4] = odd
        return odd

    def _end(self, name, odd):
        self._halves[_O[name] // 4] = (odd + 1) & 0xFFFFFFFF

    def _cell(self, name, kind):
        data = name.encode("ascii")
        if not 0 < len(data) < NAME_SIZE:
            raise ValueError("a name has 1 to %d letters" % (NAME_SIZE - 1))
        for index in range(COUNTERS):
            at = _O["counters"] + index * COUNTER_SIZE
            found = self._halves[at // 4 + 2]
            if found == 0:
                self._halves[at // 4 + 2] = _BEING_NAMED
                self._bytes[at + 16:at + 16 + len(data) + 1] = data + b"\0"
                self._halves[at // 4 + 2] = kind
                return Cell(self._words, at // 8)
            if found == kind and bytes(self._bytes[at + 16:at + COUNTER_SIZE]).split(b"\0", 1)[0] == data:
                return Cell(self._words, at // 8)
        return Cell([0], 0)


def open_board():
    """The board of this job, or one that does nothing: there is none, or it is of an ABI that this module does not know."""
    fd = _descriptor("SUPERVISOR_BOARD_FD")
    if fd is None or sys.byteorder != "little":
        return NoBoard()
    try:
        board = Board(fd)
    except (OSError, ValueError):
        return NoBoard()
    return board if board.version_matches else NoBoard()


def open_region(name):
    """The region of that name, mapped (an mmap object; memoryview(...).cast("Q") for whole words); None: the job does not name it."""
    fd = _descriptor("SUPERVISOR_REGION_%s_FD" % name.upper().replace("-", "_").replace(".", "_"))
    return None if fd is None else mmap.mmap(fd, os.fstat(fd).st_size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
