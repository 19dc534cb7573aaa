"""Runs the comparison: python3 -m compare [--quick] [--only FIGURE,...] [--peers NAME,...] (in bench/, or by bench/run.sh)."""
import argparse
import datetime
import json
import os
import platform
import sys

from . import figures, peers, report, world


def main():
    options = argparse.ArgumentParser(prog='bench/run.sh')
    options.add_argument('--quick', action='store_true', help='small numbers: a look whether all of it works')
    options.add_argument('--only', default='start,restart,idle,capture,stop,status,growth', help='figures, with commas between')
    options.add_argument('--peers', default='', help='peers, with commas between (all that are installed)')
    chosen = options.parse_args()
    world.build()
    wanted = [name for name in chosen.peers.split(',') if name]
    kinds = []
    for kind in peers.PEERS:
        if wanted and kind.name not in wanted:
            continue
        if (lacks := kind.missing()) is None:
            kinds.append(kind)
        else:
            print(f'{kind.name}: left out, {lacks} is not installed', file=sys.stderr)
    results = {
        'date': datetime.date.today().isoformat(),
        'machine': {'kernel': platform.release(), 'cpus': os.cpu_count(), 'cpu': cpu_model()},
        'versions': {kind.name: kind.version() for kind in [*kinds, peers.Floor]},
        'figures': {},
    }
    for figure in chosen.only.split(','):
        results['figures'][figure] = list(PLANS[figure](kinds, chosen.quick))
    report.write(results, os.path.join(world.ROOT, 'bench', 'results'))


def cpu_model():
    with open('/proc/cpuinfo') as file:
        return next((line.split(':', 1)[1].strip() for line in file if line.startswith('model name')), platform.machine())


def measured(figure, kind, jobs, measure, **more):
    """One row; what fails is a row that says so."""
    row = {'peer': kind.name, 'jobs': jobs, **more}
    try:
        row.update(measure())
    except (RuntimeError, OSError) as failed:
        row['failed'] = str(failed)
    print(figure, json.dumps(row), file=sys.stderr, flush=True)
    return row


def starts(kinds, quick):
    for jobs in [1, 100] if quick else [1, 100, 1000, 5000]:
        for kind in [peers.Floor, *kinds, peers.Capturing]:
            if jobs <= kind.limit:
                yield measured('start', kind, jobs, lambda: figures.start(kind, jobs, 1 if quick else 5 if jobs <= 1000 else 3))


def restarts(kinds, quick):
    for jobs, rounds in [(1, 3)] if quick else [(1, 30), (100, 10)]:
        for kind in [peers.RestartFloor, *kinds]:
            yield measured('restart', kind, jobs, lambda: figures.restart(kind, jobs, rounds))


def idles(kinds, quick):
    for jobs in [1, 100] if quick else [1, 100, 1000]:
        for kind in [*kinds, peers.Capturing]:
            if jobs <= kind.limit:
                yield measured('idle', kind, jobs, lambda: figures.idle(kind, jobs, 3 if quick else 30))


def captures(kinds, quick):
    size = (64 if quick else 1024) << 20
    for how in ['blocks', 'lines']:
        yield measured('capture', peers.Floor, 1, lambda: figures.capture_floor(size, how), how=how)
        for kind in kinds:
            yield measured('capture', kind, 1, lambda: figures.capture(kind, size, how), how=how, rotates=kind.rotates)


def stops(kinds, quick):
    for jobs in [100] if quick else [100, 1000]:
        for kind in [peers.Floor, *kinds]:
            if jobs <= kind.limit:
                yield measured('stop', kind, jobs, lambda: figures.stop(kind, jobs, 1 if quick else 5))


def statuses(kinds, quick):
    for jobs in [100] if quick else [1, 100, 1000]:
        for kind in kinds:
            if jobs <= kind.limit:
                yield measured('status', kind, jobs, lambda: figures.status(kind, jobs, 3 if quick else 15))


def growths(kinds, quick):
    # The peers wait a second between two starts of a job that ends at once: 100,000 of them would take a day.
    for kind in kinds[:1]:
        yield measured('growth', kind, 20, lambda: figures.growth(kind, 2000 if quick else 100000, 20))


PLANS = {'start': starts, 'restart': restarts, 'idle': idles, 'capture': captures, 'stop': stops, 'status': statuses, 'growth': growths}

if __name__ == '__main__':
    main()
