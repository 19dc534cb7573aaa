"""Counts the lines that a job of `floors/lines.c` wrote and a supervisor kept: each has its number, so none is lost, doubled or out of order unseen."""
import os
import re
import time

LINE = re.compile(rb'(\d{12}) x{86}$', re.MULTILINE)


def wait_until_written(directory):
    """Waits until the files below have not grown for two seconds: some read faster than they write."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.1)
        if (now := sum(os.stat(path).st_size for path in files(directory))) != size:
            size, since = now, time.monotonic()


def files(directory):
    return [path for folder, _, names in os.walk(directory) for name in names if os.path.isfile(path := os.path.join(folder, name))]


def count(directory, written):
    """What became of `written` lines: how many are in no file, and how many stand behind a later one (or twice). The files are read as one text,
    in the order of their first lines: a line that a rotation cut in two is whole."""
    seen, after, disorder, rest = bytearray(written), 0, 0, b''
    ordered = sorted((first, path) for path in files(directory) if (first := first_number(path)) is not None)
    for piece in pieces([path for _, path in ordered]):
        piece = rest + piece
        end = piece.rfind(b'\n') + 1
        numbers, rest = list(map(int, LINE.findall(piece[:end]))), piece[end:]
        if numbers == list(range(after, after + len(numbers))) and after + len(numbers) <= written:
            seen[after:after + len(numbers)] = b'\1' * len(numbers)
            after += len(numbers)
            continue
        for number in numbers:
            disorder += number < after
            seen[number] = 1
            after = max(after, number + 1)
    return {'lines_lost': written - sum(seen), 'disorder': disorder}


def first_number(path):
    with open(path, 'rb') as file:
        found = LINE.search(file.read(300))
    return int(found[1]) if found else None


def pieces(paths):
    for path in paths:
        with open(path, 'rb') as file:
            while piece := file.read(8 << 20):
                yield piece
