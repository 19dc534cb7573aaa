"""The figures: each a function from a peer's class to numbers. Nothing here knows one peer from another."""
import os
import re
import signal
import statistics
import subprocess
import time

from . import lines, world

LINES = os.path.join(world.WORK, 'lines')
HEARTBEAT = os.path.join(world.WORK, 'heartbeat')


def running(kind, name, count, command=None, log=False):
    """A started peer whose `count` jobs have all run their first instruction, and how long that took in seconds."""
    peer = kind(os.path.join(world.WORK, 'run', name))
    peer.configure(count, command or [world.STAMP], log)
    begun = peer.start()
    last = peer.stamps.wait(count, peer.alive)
    if last is None:
        raise RuntimeError(f'only {peer.stamps.count()} of {count} jobs came up; see {peer.path("output")}')
    newest = max(stamp for _, stamp in peer.stamps.read())
    return peer, (newest - begun) / 1e9


def start(kind, count, rounds):
    """Exec of the supervisor to the first instruction of the last job: seconds."""
    took = []
    for _ in range(rounds):
        _, seconds = running(kind, 'start', count)
        world.end_all()
        took.append(seconds)
    return {'median_s': statistics.median(took), 'min_s': min(took), 'max_s': max(took)}


def restart(kind, count, rounds):
    """kill -9 of the jobs to the first instruction of what comes instead: milliseconds. Between the rounds more than a second, which some need."""
    peer, _ = running(kind, 'restart', count)
    took = []
    for _ in range(rounds):
        time.sleep(1.3)
        known = peer.stamps.count()
        living = [pid for pid, _ in peer.stamps.read(known - count)]
        begun = world.now()
        for pid in living:
            os.kill(pid, signal.SIGKILL)
        if peer.stamps.wait(known + count, peer.alive) is None:
            raise RuntimeError(f'{peer.stamps.count() - known} of {count} killed jobs came back')
        took += [(stamp - begun) / 1e6 for _, stamp in peer.stamps.read(known)]
    return {'median_ms': statistics.median(took), 'p99_ms': world.quantile(took, 0.99)}


def idle(kind, count, settle, seconds):
    """Memory, CPU and wake-ups of the supervisor and its helpers while nothing happens; `settle` seconds after the start."""
    peer, _ = running(kind, 'idle', count)
    time.sleep(settle)
    own = peer.own_processes()
    cpu, woken = sum(map(world.cpu_seconds, own)), switches(own)
    time.sleep(seconds)
    after = switches(own)
    by_thread = {name: after[name] - woken.get(name, 0) for name in after if after[name] != woken.get(name, 0)}
    return {
        'pss_mib': sum(map(world.pss_kib, own)) / 1024,
        'processes': len(own),
        'cpu_ms': (sum(map(world.cpu_seconds, own)) - cpu) * 1000,
        'switches': sum(by_thread.values()),
        'switches_by_thread': by_thread if len(own) == 1 else {},
    }


def switches(pids):
    found = {}
    for pid in pids:
        for name, count in world.switches(pid).items():
            found[name] = found.get(name, 0) + count
    return found


def stop(kind, count, rounds):
    """The request to end everything until no job and no supervisor is left: seconds."""
    took = []
    for _ in range(rounds):
        peer, _ = running(kind, 'stop', count)
        time.sleep(1.5)
        jobs = [pid for pid, _ in peer.stamps.read()]
        begun = world.now()
        peer.stop()
        until = time.monotonic() + world.PATIENCE
        for pid in jobs:
            while is_alive(pid):
                peer.alive()
                if time.monotonic() > until:
                    raise RuntimeError(f'job {pid} is not ended')
                time.sleep(0.0002)
        peer.finish()
        if kind.ends_itself:
            world.wait_for_end(peer.process)
        took.append((world.now() - begun) / 1e9)
        world.end_all()
    return {'median_s': statistics.median(took), 'min_s': min(took)}


def is_alive(pid):
    try:
        with open(f'/proc/{pid}/stat') as file:
            return file.read().rsplit(') ', 1)[1][0] != 'Z'
    except (FileNotFoundError, ProcessLookupError):
        return False


def status(kind, count, rounds):
    """Wall time of the command that lists all jobs: milliseconds."""
    peer, _ = running(kind, 'status', count)
    time.sleep(3)
    took = []
    for _ in range(rounds):
        begun = world.now()
        world.call(peer.status(), env=peer.environment, cwd=peer.directory, stderr=subprocess.DEVNULL)
        took.append((world.now() - begun) / 1e6)
    return {'median_ms': statistics.median(took), 'min_ms': min(took)}


def several(rounds, measure):
    """The medians of more than one round; what is lost in any of them is lost."""
    rows = [measure() for _ in range(rounds)]
    return {key: (sum if key in ('lines_lost', 'disorder') else statistics.median)(row[key] for row in rows) for key in rows[0]}


def capture(kind, size, how):
    """A job writes `size` bytes of lines of 100 bytes: MB/s as the job sees it, CPU seconds of the supervisor and its loggers per GiB, lines that are in no file afterwards."""
    peer, _ = running(kind, 'capture', 1, [LINES, str(size), how], log=True)
    return captured(peer, size, lambda: [pid for pid in peer.own_processes() if os.path.realpath(f'/proc/{pid}/exe') != LINES])


def capture_floor(kind, size, how):
    """The same job, whose output a C loop of read and write takes over; no rotation."""
    peer = kind(os.path.join(world.WORK, 'run', 'capture'))
    reader, writer = os.pipe()
    loop = subprocess.Popen([os.path.join(world.WORK, 'capture'), peer.path('job.log')], stdin=reader)
    peer.process = subprocess.Popen([LINES, str(size), how], stdout=writer, env=peer.environment)
    os.close(reader)
    os.close(writer)
    return captured(peer, size, lambda: [loop.pid])


def captured(peer, size, own):
    """The row, from the time and CPU between the job's first record and its second, and what is in the files."""
    peer.stamps.wait(1, peer.alive)
    time.sleep(1)
    before = sum(map(world.cpu_seconds, own()))
    if peer.stamps.wait(2, peer.alive) is None:
        raise RuntimeError('the job does not get its lines written')
    lines.wait_until_written(peer.directory)
    cpu = sum(map(world.cpu_seconds, own())) - before
    world.end_all()
    written, took = peer.stamps.read()[1]
    return {'mb_s': size / took * 1000, 'cpu_s_gib': cpu / size * 2**30, **lines.count(peer.directory, written)}


def heartbeat(kind, how, beats, seconds):
    """What a sign of life costs the job when it does nothing else: ns; and how often the supervisor wakes up for each when one comes every millisecond."""
    peer, _ = running(kind, 'heartbeat', 1, [HEARTBEAT, how, str(beats), '0'])
    count, took = peer.stamps.read()[0]
    world.end_all()
    peer, _ = running(kind, 'heartbeat', 1, [HEARTBEAT, how, '1000', '1000'])  # a record after each 1,000
    known, woken = peer.stamps.count(), switches([peer.pid])
    if peer.stamps.wait(known + seconds, peer.alive) is None:
        raise RuntimeError('the job does not beat')
    after = switches([peer.pid])
    by_thread = {name: after[name] - woken.get(name, 0) for name in after if after[name] != woken.get(name, 0)}
    return {'ns': took / count, 'wakeups': sum(by_thread.values()) / sum(beats for beats, _ in peer.stamps.read(known)), 'switches_by_thread': by_thread}


def heartbeat_floor(how):
    """A beat on a page without a supervisor; a datagram sent and received by the same thread."""
    said = subprocess.run([HEARTBEAT], check=True, capture_output=True, text=True).stdout
    return {'ns': float(re.search({'board': r'heartbeat +([\d.]+) ns', 'notify': r'received +([\d.]+) ns'}[how], said)[1])}


def growth(kind, restarts, jobs):
    """`jobs` jobs that end at once, until all were restarted `restarts` times together: memory and descriptors on the way."""
    peer = kind(os.path.join(world.WORK, 'run', 'growth'))
    peer.environment['STAMP_END'] = '1'
    peer.configure(jobs, [world.STAMP])
    begun = peer.start()
    points, next_at = [], restarts // 10
    while True:
        done = peer.stamps.count()
        if done >= next_at:
            points.append({'restarts': done, 'rss_mib': world.rss_kib(peer.pid) / 1024, 'descriptors': world.descriptors(peer.pid)})
            next_at = (len(points) + 1) * restarts // 10
        if done >= restarts:
            break
        if not peer.alive():
            raise RuntimeError(f'ended; see {peer.path("output")}')
        time.sleep(0.05)
    took = (world.now() - begun) / 1e9
    return {'points': points, 'restarts_s': restarts / took}
