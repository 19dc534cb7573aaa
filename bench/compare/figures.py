"""The figures: each a function from a peer's class to numbers. Nothing here knows one peer from another."""
import os
import resource
import signal
import statistics
import subprocess
import time

from . import peers, world


def running(kind, name, count, command=None, log=False):
    """A started peer whose `count` jobs have all run their first instruction, and how long that took in seconds."""
    peer = kind(os.path.join(world.WORK, 'run', name))
    peer.configure(count, command or [world.STAMP], log)
    begun = peer.start()
    last = peer.stamps.wait(count, peer.alive)
    if last is None:
        peer.kill()
        raise RuntimeError(f'{kind.name}: only {peer.stamps.count()} of {count} jobs came up; see {peer.path("output")}')
    newest = max(stamp for _, stamp in peer.stamps.read())
    return peer, (newest - begun) / 1e9


def start(kind, count, rounds):
    """Exec of the supervisor to the first instruction of the last job: seconds."""
    took = []
    for _ in range(rounds):
        peer, seconds = running(kind, 'start', count)
        peer.kill()
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
            peer.kill()
            raise RuntimeError(f'{kind.name}: {peer.stamps.count() - known} of {count} killed jobs came back')
        took += [(stamp - begun) / 1e6 for _, stamp in peer.stamps.read(known)]
    peer.kill()
    return {'median_ms': statistics.median(took), 'p99_ms': world.quantile(took, 0.99)}


def idle(kind, count, seconds):
    """Memory, CPU and wake-ups of the supervisor and its helpers while nothing happens."""
    peer, _ = running(kind, 'idle', count)
    time.sleep(10)
    own = peer.own_processes()
    cpu, woken = sum(map(world.cpu_seconds, own)), switches(own)
    time.sleep(seconds)
    after = switches(own)
    by_thread = {name: after[name] - woken.get(name, 0) for name in after if after[name] != woken.get(name, 0)}
    found = {
        'pss_mib': sum(map(world.pss_kib, own)) / 1024,
        'processes': len(own),
        'cpu_ms': (sum(map(world.cpu_seconds, own)) - cpu) * 1000,
        'switches': sum(by_thread.values()),
        'switches_by_thread': by_thread if len(own) == 1 else {},
    }
    peer.kill()
    return found


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
        waited = [peer.process] if peer.alive() and kind is not peers.Pm2 else []
        begun = world.now()
        peer.stop()
        until = time.monotonic() + world.PATIENCE
        for pid in jobs:
            while is_alive(pid):
                if time.monotonic() > until:
                    raise RuntimeError(f'{kind.name}: job {pid} is not ended')
                time.sleep(0.0002)
        for process in waited:
            if kind is peers.S6 or kind is peers.Daemontools:  # they look for their end once in a while
                continue
            world.wait_for_end(process)
        took.append((world.now() - begun) / 1e9)
        peer.kill()
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
        subprocess.run(peer.status(), env=peer.environment, cwd=peer.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took.append((world.now() - begun) / 1e6)
    peer.kill()
    return {'median_ms': statistics.median(took), 'min_ms': min(took)}


def capture(kind, size, how):
    """A job writes `size` bytes of lines of 100 bytes: MB/s as the job sees it, CPU seconds of the supervisor and its loggers per GiB."""
    peer, _ = running(kind, 'capture', 1, [os.path.join(world.WORK, 'lines'), str(size), how], log=True)
    lines, took = peer.stamps.read()[0]
    time.sleep(2)
    writer = os.path.realpath(os.path.join(world.WORK, 'lines'))
    own = [pid for pid in peer.own_processes() if os.path.realpath(f'/proc/{pid}/exe') != writer]
    cpu = sum(map(world.cpu_seconds, own))
    last = newest_line(peer.directory)
    peer.kill()
    return {'mb_s': size / took * 1000, 'cpu_s_gib': cpu / size * 2**30, 'last_line_kept': last == lines - 1}


def newest_line(directory):
    """Number of the newest line in any file below."""
    newest = -1
    for folder, _, files in os.walk(directory):
        for name in files:
            path = os.path.join(folder, name)
            if name == 'stamps' or not os.path.isfile(path) or os.stat(path).st_size < 100:
                continue
            with open(path, 'rb') as file:
                file.seek(max(0, os.stat(path).st_size - 400))
                for line in file.read().split(b'\n'):
                    at = line.find(b' xxxxx')
                    if at >= 12 and line[at - 12:at].isdigit():
                        newest = max(newest, int(line[at - 12:at]))
    return newest


def capture_floor(size, how):
    """The same job, whose output a C loop of read and write takes over; no rotation."""
    directory = world.empty(os.path.join(world.WORK, 'run', 'capture'))
    stamps = world.Stamps(directory)
    output = os.path.join(directory, 'job.log')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    reader, writer = os.pipe()
    loop = subprocess.Popen([os.path.join(world.WORK, 'capture'), output], stdin=reader)
    job = subprocess.Popen([os.path.join(world.WORK, 'lines'), str(size), how], stdout=writer, env=dict(os.environ, STAMP_FILE=stamps.path))
    os.close(reader)
    os.close(writer)
    stamps.wait(1)
    lines, took = stamps.read()[0]
    time.sleep(0.5)
    cpu = world.cpu_seconds(loop.pid)
    job.kill()
    job.wait()
    loop.wait()
    last = newest_line(directory)
    os.remove(output)
    del before
    return {'mb_s': size / took * 1000, 'cpu_s_gib': cpu / size * 2**30, 'last_line_kept': last == lines - 1}


def growth(kind, restarts, jobs):
    """`jobs` jobs that end at once, until all were restarted `restarts` times together: memory and descriptors on the way."""
    peer = kind(os.path.join(world.WORK, 'run', 'growth'))
    peer.environment['STAMP_END'] = '1'
    peer.configure(jobs, [world.STAMP])
    begun = peer.start()
    points, next_at = [], 0
    while True:
        done = peer.stamps.count()
        if done >= next_at:
            points.append({'restarts': done, 'rss_mib': world.rss_kib(peer.pid) / 1024, 'descriptors': world.descriptors(peer.pid)})
            next_at = len(points) * restarts // 10
        if done >= restarts:
            break
        if not peer.alive():
            raise RuntimeError(f'{kind.name} ended; see {peer.path("output")}')
        time.sleep(0.05)
    took = (world.now() - begun) / 1e9
    peer.kill()
    return {'points': points, 'restarts_s': restarts / took}
