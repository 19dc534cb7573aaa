"""Runs the comparison: python3 -m compare [--quick] [--only FIGURE,...] [--peers NAME,...] (in bench/, or by bench/run.sh)."""
import argparse
import datetime
import json
import os
import platform
import signal
import subprocess
import sys
import time

from . import figures, peers, report, world

RESULTS = os.path.join(world.ROOT, 'bench', 'results')


def main():
    options = argparse.ArgumentParser(prog='bench/run.sh')
    options.add_argument('--quick', action='store_true', help='small numbers: a look whether all of it works')
    options.add_argument('--only', default=','.join(PLANS), help='figures, with commas between')
    options.add_argument('--peers', default='', help='peers, with commas between (all that are installed)')
    options.add_argument('--report', metavar='JSON', help='measures nothing: writes tables and plots of an earlier run anew')
    chosen = options.parse_args()
    if chosen.report:
        with open(chosen.report) as file:
            return report.write(json.load(file), os.path.dirname(os.path.abspath(chosen.report)))
    world.adopt()
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, lambda number, _: sys.exit(128 + number))
    world.build()
    wanted = [name for name in chosen.peers.split(',') if name]
    kinds = installed(wanted)
    results = {
        'date': datetime.date.today().isoformat(),
        'machine': {'kernel': platform.release(), 'cpus': os.cpu_count(), 'cpu': cpu_model()},
        'versions': {kind.name: kind.version() for kind in [*kinds, peers.Floor]},
        'figures': {},
    }
    # What is kept is one whole run.
    whole = not (chosen.quick or wanted or set(chosen.only.split(',')) != set(PLANS))
    for figure in chosen.only.split(','):
        begun = time.monotonic()
        results['figures'][figure] = list(PLANS[figure](kinds, chosen.quick))
        print(f'{figure}: {time.monotonic() - begun:.0f} s', file=sys.stderr)
        report.write(results, RESULTS if whole else os.path.join(RESULTS, 'tmp'))


def installed(wanted):
    kinds = []
    for kind in peers.PEERS:
        if wanted and kind.name not in wanted:
            continue
        if (lacks := kind.missing()) is None:
            kinds.append(kind)
        else:
            print(f'{kind.name}: left out, {lacks} is not installed', file=sys.stderr)
    return kinds


def cpu_model():
    with open('/proc/cpuinfo') as file:
        return next((line.split(':', 1)[1].strip() for line in file if line.startswith('model name')), platform.machine())


def measured(figure, kind, jobs, measure, **more):
    """One row; what fails is a row that says so. Nothing that was started outlives it."""
    row, begun = {'peer': kind.name, 'jobs': jobs, **more}, time.monotonic()
    try:
        row.update(measure())
    except (RuntimeError, OSError, ValueError, LookupError, subprocess.SubprocessError) as failed:
        row['failed'] = str(failed)
    finally:
        world.end_all()
    if 'failed' not in row:
        world.remove(os.path.join(world.WORK, 'run', figure))
    row['took_s'] = round(time.monotonic() - begun, 1)
    print(figure, json.dumps(row), file=sys.stderr, flush=True)
    return row


def rounds(kind, jobs, wanted):
    return wanted if jobs == 1 else min(wanted, kind.rounds)


def starts(kinds, quick):
    for jobs in [1, 20] if quick else [1, 100, 1000, 5000]:
        for kind in with_capturing([peers.Floor, *kinds]):
            if jobs <= kind.limit:
                yield measured('start', kind, jobs, lambda: figures.start(kind, jobs, rounds(kind, jobs, 1 if quick else 5 if jobs <= 1000 else 3)))


def with_capturing(kinds):
    """Ours a second time: as it is by default, with the output of every job captured."""
    return [*kinds, peers.Capturing] if peers.Supervisor in kinds else kinds


def restarts(kinds, quick):
    for jobs, times in [(1, 3), (20, 1)] if quick else [(1, 30), (100, 10)]:
        for kind in [peers.RestartFloor, *(peers.ReadyS6 if kind is peers.S6 else kind for kind in kinds)]:
            yield measured('restart', kind, jobs, lambda: figures.restart(kind, jobs, rounds(kind, jobs, times)))


def idles(kinds, quick):
    settle, seconds = (2, 3) if quick else (10, 30)
    for jobs in [1, 20] if quick else [1, 100, 1000]:
        for kind in with_capturing(kinds):
            if jobs <= kind.limit:
                yield measured('idle', kind, jobs, lambda: figures.idle(kind, jobs, settle, seconds))


def captures(kinds, quick):
    size, times = (64 << 20, 1) if quick else (1 << 30, 3)
    for how in ['blocks', 'lines']:
        yield measured('capture', peers.Floor, 1, lambda: figures.several(times, lambda: figures.capture_floor(peers.Floor, size, how)), how=how, rotates=False)
        for kind in kinds:
            if kind.captures:
                yield measured('capture', kind, 1, lambda: figures.several(times, lambda: figures.capture(kind, size, how)), how=how, rotates=kind.rotates)
            else:
                yield {'peer': kind.name, 'jobs': 1, 'how': how, 'failed': 'takes no output'}


def stops(kinds, quick):
    for jobs in [20] if quick else [100, 1000]:
        for kind in [peers.Floor, *kinds]:
            if jobs <= kind.limit:
                yield measured('stop', kind, jobs, lambda: figures.stop(kind, jobs, rounds(kind, jobs, 1 if quick else 5)))


def statuses(kinds, quick):
    for jobs in [20] if quick else [1, 100, 1000]:
        for kind in kinds:
            if jobs <= kind.limit:
                yield measured('status', kind, jobs, lambda: figures.status(kind, jobs, 3 if quick else 15))


def heartbeats(kinds, quick):
    # The peers have neither a board nor an ear for sd_notify.
    for how, beats in [('board', 200_000_000), ('notify', 200_000)]:
        yield measured('heartbeat', peers.Floor, 1, lambda: figures.heartbeat_floor(how), how=how)
        if peers.Supervisor in kinds:
            yield measured('heartbeat', peers.Beating, 1, lambda: figures.heartbeat(peers.Beating, how, beats, 2 if quick else 20), how=how)


def growths(kinds, quick):
    # The peers wait a second between two starts of a job that ends at once: 100,000 of them would take a day.
    if peers.Supervisor in kinds:
        yield measured('growth', peers.Supervisor, 20, lambda: figures.growth(peers.Supervisor, 2000 if quick else 100000, 20))


PLANS = {'start': starts, 'restart': restarts, 'idle': idles, 'capture': captures, 'stop': stops, 'status': statuses, 'heartbeat': heartbeats, 'growth': growths}

if __name__ == '__main__':
    main()
