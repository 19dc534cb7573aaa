"""What every measurement needs: a job that leaves a stamp, readings of /proc, and ending what was started."""
import ctypes
import os
import select
import shutil
import signal
import struct
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(ROOT, 'artifacts', 'bench')
STAMP = os.path.join(WORK, 'stamp')
RECORD = struct.Struct('=qq')
PATIENCE = 300  # seconds until a measurement is given up


def now():
    return time.monotonic_ns()


def build():
    """Compiles the job and the floors."""
    os.makedirs(WORK, exist_ok=True)
    source = os.path.join(ROOT, 'bench', 'floors')
    run(['gcc', '-O2', '-nostdlib', '-static', '-fno-stack-protector', '-fno-builtin', '-o', STAMP, os.path.join(source, 'stamp.c')])
    for floor in ('start', 'restart', 'lines'):
        run(['gcc', '-O2', '-o', os.path.join(WORK, floor), os.path.join(source, floor + '.c')])
    run(['gcc', '-O2', '-o', os.path.join(WORK, 'capture'), os.path.join(ROOT, 'bench', 'floor.c')])
    run(['gcc', '-O2', '-o', os.path.join(WORK, 'heartbeat'), os.path.join(ROOT, 'bench', 'heartbeat', 'heartbeat.c')])


def run(command, **more):
    subprocess.run(command, check=True, **more)


class Stamps:
    """The records that jobs append at their first instruction: (pid, CLOCK_MONOTONIC in ns)."""

    def __init__(self, directory):
        self.path = os.path.join(directory, 'stamps')
        open(self.path, 'wb').close()

    def count(self):
        return os.stat(self.path).st_size // RECORD.size

    def read(self, first=0):
        with open(self.path, 'rb') as file:
            file.seek(first * RECORD.size)
            return [RECORD.unpack(piece) for piece in iter(lambda: file.read(RECORD.size), b'') if len(piece) == RECORD.size]

    def wait(self, count, alive=lambda: True):
        """Waits for `count` records; the newest is the answer, None when they do not come."""
        until = time.monotonic() + PATIENCE
        while self.count() < count:
            if time.monotonic() > until or not alive():
                return None
            time.sleep(0.002)  # the stamps tell the time: who looks more often only takes CPU from who is measured
        return self.read(count - 1)[0]


def children(pid):
    """Pids of all descendants."""
    found = []
    try:
        for thread in os.listdir(f'/proc/{pid}/task'):
            with open(f'/proc/{pid}/task/{thread}/children') as file:
                for child in map(int, file.read().split()):
                    found.append(child)
                    found += children(child)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def is_job(pid):
    """Whether it is one of the jobs (and not of the supervisor's own processes)."""
    try:
        return os.readlink(f'/proc/{pid}/exe') == STAMP
    except OSError:
        return True  # a zombie or gone: not a helper


def own_processes(pid):
    """The supervisor and its helpers."""
    return [pid] + [child for child in children(pid) if not is_job(child)]


def pss_kib(pid):
    with open(f'/proc/{pid}/smaps_rollup') as file:
        return next((int(line.split()[1]) for line in file if line.startswith('Pss:')), 0)


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat') as file:
        fields = file.read().rsplit(') ', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def switches(pid):
    """Voluntary context switches of all threads, by name of the thread."""
    found = {}
    for thread in os.listdir(f'/proc/{pid}/task'):
        try:
            with open(f'/proc/{pid}/task/{thread}/comm') as file:
                name = file.read().strip()
            with open(f'/proc/{pid}/task/{thread}/status') as file:
                count = next((int(line.split()[1]) for line in file if line.startswith('voluntary_ctxt_switches')), 0)
        except FileNotFoundError:
            continue
        found[name] = found.get(name, 0) + count
    return found


def descriptors(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


def rss_kib(pid):
    with open(f'/proc/{pid}/status') as file:
        return next((int(line.split()[1]) for line in file if line.startswith('VmRSS:')), 0)


def adopt():
    """From now on who loses its parent becomes a child of this process: so everything that was started can be found and ended, by its pid."""
    pr_set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(pr_set_child_subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), 'prctl(PR_SET_CHILD_SUBREAPER)')


def reap_orphans(supervisor):
    """Reaps adopted processes that have ended, as init would; not the supervisor, of which Popen wants to know."""
    try:
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid != supervisor:
            os.waitpid(ended.si_pid, 0)
    except ChildProcessError:
        pass


def end_all():
    """Ends every descendant and waits for its end. Parents first: who is gone starts nobody again; and again until nobody is left, for what was started meanwhile."""
    until = time.monotonic() + 60
    while below := children(os.getpid()):
        for pid in below:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap_orphans(None)
        if time.monotonic() > until:
            raise RuntimeError(f'processes {below} are not ended by SIGKILL')
        time.sleep(0.001)


def wait_for_end(process):
    """Waits until a child has ended. Not by Popen.wait with a limit: that looks now and then, at last every 50 ms."""
    if process.returncode is not None:
        return
    pidfd = os.pidfd_open(process.pid)
    waiting = select.poll()
    waiting.register(pidfd, select.POLLIN)
    ended = waiting.poll(PATIENCE * 1000)
    os.close(pidfd)
    if not ended:
        raise RuntimeError(f'process {process.pid} is not ended')
    process.wait()


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def empty(directory):
    remove(directory)
    os.makedirs(directory)
    return directory


def remove(directory):
    if os.path.exists(directory):
        shutil.rmtree(directory)


def call(command, **more):
    """Runs a command to its end, which is noticed at once: Python's own wait with a limit looks after 0.5, 1, 2 ... 50 ms."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)
    limit = threading.Timer(PATIENCE, process.kill)
    limit.start()
    try:
        return process.wait()
    finally:
        limit.cancel()


def must(command, **more):
    """The same; it has to succeed."""
    if code := call(command, **more):
        raise subprocess.CalledProcessError(code, command)
