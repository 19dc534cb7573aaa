"""The supervisors: how each is told to run N copies of one program, started, asked and stopped. All without output capture unless `log` is set,
all restarting without a limit and as fast as they can be told to."""
import glob
import json
import os
import resource
import shutil
import signal
import subprocess

from . import world

KEPT = 120  # files of 10 MiB: more than is written, so that every line can be counted afterwards


class Peer:
    """One supervisor with a directory of its own."""
    name = ''
    limit = 5000  # most jobs that it can be asked for
    rounds = 1000  # most rounds with more than one job
    captures = True  # whether it takes the output of its jobs
    rotates = True
    ends_itself = True  # whether its own end follows the end of the last job at once

    def __init__(self, directory):
        self.directory = world.empty(directory)
        self.stamps = world.Stamps(directory)
        self.process = None
        self.environment = dict(os.environ, STAMP_FILE=self.stamps.path)

    @classmethod
    def missing(cls):
        """What is not installed; None: all is there."""
        return next((tool for tool in cls.tools if not shutil.which(tool)), None)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w') as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def start(self):
        """Execs the supervisor; the answer is the time just before."""
        with open(self.path('output'), 'wb') as output:
            begun = world.now()
            self.process = subprocess.Popen(
                self.command(), env=self.environment, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        return begun

    def alive(self):
        ended = self.process.poll()
        world.reap_orphans(self.process.pid)
        return ended is None

    @property
    def pid(self):
        return self.process.pid

    def own_processes(self):
        return world.own_processes(self.pid)

    def stop(self):
        """Asks for an orderly end of everything; the caller waits."""
        self.process.send_signal(signal.SIGTERM)

    def finish(self):
        """Asks the supervisor itself to end, now that the jobs are; for whom `stop` did not ask for that already."""


class Supervisor(Peer):
    name = 'supervisor'
    binary = os.environ.get('SUPERVISOR_BINARY', os.path.join(world.ROOT, 'artifacts', 'aot', 'supervisor'))
    tools = [binary]
    log = '{stdout: null}'
    more = ''

    @classmethod
    def version(cls):
        return subprocess.run([cls.binary, 'version'], capture_output=True, text=True).stdout.split('\n')[0]

    def configure(self, count, command, log=False):
        what = '{stdout: file, max_size: 10MiB, max_files: %d}' % KEPT if log else self.log
        restart = '{policy: always, delay: 0ms, factor: 1, jitter: 0%}'
        jobs = ''.join(f'  job{i}: {{command: {json.dumps(command)}}}\n' for i in range(count))
        self.write('supervisor.yaml', f'supervisor: {{directory: {self.directory}, restart_limit: none}}\ndefaults: {{log: {what}, restart: {restart}{self.more}}}\njobs:\n{jobs}')

    def command(self):
        return [self.binary, 'run', '-c', self.path('supervisor.yaml')]

    def status(self):
        return [self.binary, '-s', self.path('control.sock'), 'status']


class Capturing(Supervisor):
    """As it is by default: the output of every job goes through it into a file."""
    name = 'supervisor, output captured'
    log = '{stdout: file}'
    limit = min(5000, (resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 300) // 4)  # four descriptors for each job


class Beating(Supervisor):
    """With a watchdog, fed by the state board or by datagrams."""
    name = 'supervisor'
    more = ', watchdog: 10s'


class Supervisord(Peer):
    name = 'supervisord'
    tools = ['supervisord', 'supervisorctl']
    limit = 1000  # about 20 s then; 5,000 take minutes

    @classmethod
    def version(cls):
        return 'supervisord ' + subprocess.run(['supervisord', '--version'], capture_output=True, text=True).stdout.strip()

    def configure(self, count, command, log=False):
        output = f'stdout_logfile={self.path("job.log")}\nstdout_logfile_maxbytes=10MB\nstdout_logfile_backups={KEPT}' if log else 'stdout_logfile=NONE'
        self.write('supervisord.conf', f'''[supervisord]
nodaemon=true
logfile=/dev/null
logfile_maxbytes=0
pidfile={self.path('pid')}
minfds=20000
[unix_http_server]
file={self.path('socket')}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{self.path('socket')}
[program:jobs]
command={' '.join(command)}
process_name=job%(process_num)d
numprocs={count}
startsecs=0
autorestart=true
{output}
stderr_logfile=NONE
''')

    def command(self):
        return ['supervisord', '-c', self.path('supervisord.conf')]

    def status(self):
        return ['supervisorctl', '-c', self.path('supervisord.conf'), 'status']


class ScanDirectory(Peer):
    """The daemontools family: a directory for each service, one supervising process each. `run` is the program itself, not a script that execs it."""
    logger = None

    def configure(self, count, command, log=False):
        for i in range(count):
            os.makedirs(self.path('services', f'job{i}'))
            if len(command) == 1:
                os.symlink(command[0], self.path('services', f'job{i}', 'run'))
            else:
                self.write(f'services/job{i}/run', '#!/bin/sh\nexec ' + ' '.join(command) + '\n', 0o755)
            if log:
                os.makedirs(self.path('log'), exist_ok=True)
                self.write(f'services/job{i}/log/run', f'#!/bin/sh\nexec {self.logger} {self.path("log")}\n', 0o755)

    def services(self):
        return sorted(service for service in glob.glob(self.path('services', 'job*')))


class Runit(ScanDirectory):
    name = 'runit'
    limit = 1000  # runsvdir knows no more
    tools = ['runsvdir', 'sv', 'svlogd']
    logger = 'svlogd -b 65536'

    @classmethod
    def version(cls):
        return 'runit ' + debian('runit')

    def configure(self, count, command, log=False):
        super().configure(count, command, log)
        if log:
            self.write('log/config', f's10485760\nn{KEPT}\n')

    def command(self):
        return ['runsvdir', '-P', self.path('services')]

    def status(self):
        return ['sv', 'status', *self.services()]

    def stop(self):
        self.process.send_signal(signal.SIGHUP)


class S6(ScanDirectory):
    name = 's6'
    tools = ['s6-svscan', 's6-svstat', 's6-log']
    ends_itself = False  # s6-svscan looks for its end once in a while
    logger = f's6-log n{KEPT} s10485760'

    @classmethod
    def version(cls):
        return 's6 ' + debian('s6')

    def command(self):
        return ['s6-svscan', '-c', '10000', self.path('services')]

    def status(self):
        # s6-svstat answers for one service only.
        return ['sh', '-c', 'for s in services/job*; do s6-svstat "$s"; done']


class ReadyS6(S6):
    """Its jobs say that they are ready: s6-supervise restarts one that was not only after a second, whatever it is told."""

    def configure(self, count, command, log=False):
        super().configure(count, command, log)
        self.environment['STAMP_READY'] = '1'
        for i in range(count):
            self.write(f'services/job{i}/notification-fd', '3\n')


class Dinit(Peer):
    name = 'dinit'
    tools = ['dinit', 'dinitctl']
    captures = False  # into a buffer in memory only; `logfile` is given to the job as it is

    @classmethod
    def version(cls):
        return subprocess.run(['dinit', '--version'], capture_output=True, text=True).stdout.split('\n')[0]

    def configure(self, count, command, log=False):
        for i in range(count):
            self.write(f'services/job{i}', f'type = process\ncommand = {" ".join(command)}\nrestart = true\nsmooth-recovery = true\nrestart-delay = 0\nrestart-limit-interval = 0\n')
        self.write('services/boot', 'type = internal\n' + ''.join(f'waits-for: job{i}\n' for i in range(count)))

    def command(self):
        return ['dinit', '-u', '-q', '-d', self.path('services'), '-p', self.path('socket'), 'boot']

    def status(self):
        return ['dinitctl', '-u', '-p', self.path('socket'), 'list']


class Daemontools(ScanDirectory):
    name = 'daemontools'
    tools = ['svscan', 'svstat', 'svc', 'multilog']
    logger = f'multilog n{KEPT} s10485760'
    limit = 1000  # svscan knows no more
    ends_itself = False  # supervise and svscan are asked one after the other, without a word when it is done

    @classmethod
    def version(cls):
        return 'daemontools ' + debian('daemontools')

    def command(self):
        return ['svscan', self.path('services')]

    def status(self):
        return ['svstat', *self.services()]

    def stop(self):
        # svscan has no orderly end; svc tells every supervise to end its service and itself.
        world.must(['svc', '-dx', *self.services()])
        self.process.terminate()


class Pm2(Peer):
    name = 'pm2'
    home = os.path.join(world.WORK, 'pm2')
    tools = ['node', os.path.join(home, 'node_modules', '.bin', 'pm2')]
    limit = 100  # a client call of minutes at 1,000
    rotates = False
    ends_itself = False  # `pm2 kill` has waited for that

    @classmethod
    def version(cls):
        with open(os.path.join(cls.home, 'node_modules', 'pm2', 'package.json')) as file:
            return 'pm2 ' + json.load(file)['version']

    def configure(self, count, command, log=False):
        self.environment['PM2_HOME'] = self.path('home')
        output = self.path('job.log') if log else '/dev/null'
        self.write('ecosystem.json', json.dumps({'apps': [
            {'name': f'job{i}', 'script': command[0], 'args': command[1:], 'interpreter': 'none', 'out_file': output, 'error_file': '/dev/null',
             'restart_delay': 0, 'max_restarts': 1000000, 'min_uptime': 0} for i in range(count)]}))

    def command(self):
        return [self.tools[1], 'start', self.path('ecosystem.json')]

    @property
    def pid(self):
        with open(self.path('home', 'pm2.pid')) as file:
            return int(file.read())

    def alive(self):
        super().alive()
        return True  # the command ends at once, the daemon lives on

    def status(self):
        return [self.tools[1], 'list']

    def stop(self):
        world.must([self.tools[1], 'kill'], env=self.environment)


class Monit(Peer):
    """It does not start a program itself but runs a command that leaves one running and writes its pid; then it looks once a second whether that pid still lives."""
    name = 'monit'
    tools = ['monit']
    limit = 100  # a start takes it 0.2 s, one after the other: 1,000 would take four minutes
    rounds = 2
    captures = False

    @classmethod
    def version(cls):
        return 'monit ' + debian('monit')

    def configure(self, count, command, log=False):
        # It clears the environment of what it starts.
        self.write('start', f'#!/bin/sh\nSTAMP_FILE={self.stamps.path} {" ".join(command)} &\necho $! >{self.directory}/$1.pid\n', 0o755)
        own = ''.join(f'set {what} {self.path("monit." + what)}\n' for what in ['pidfile', 'idfile', 'statefile', 'log'])
        jobs = ''.join(f'''check process job{i} pidfile {self.path(f'{i}.pid')}
  start program = "{self.path('start')} {i}"
  stop program = "/bin/sh -c 'kill $(cat {self.path(f'{i}.pid')})'"
  if does not exist then start
''' for i in range(count))
        self.write('monitrc', f'set daemon 1\n{own}set httpd unixsocket {self.path("socket")} allow bench:bench\n{jobs}', 0o600)

    def command(self):
        return ['monit', '-I', '-c', self.path('monitrc')]

    def status(self):
        return ['monit', '-c', self.path('monitrc'), 'summary']

    def stop(self):
        self.ask('stop', 'all')

    def finish(self):
        self.ask('quit')  # it leaves the jobs running if nobody has stopped them

    def ask(self, *what):
        world.must(['monit', '-c', self.path('monitrc'), *what])


class Floor(Peer):
    """A program in C that does the same system calls and nothing else."""
    name = 'floor (C)'
    tools = ['gcc']
    which = 'start'

    @classmethod
    def version(cls):
        return 'C, ' + subprocess.run(['gcc', '--version'], capture_output=True, text=True).stdout.split('\n')[0]

    def configure(self, count, command, log=False):
        self.count, self.job = count, command[0]

    def command(self):
        return [os.path.join(world.WORK, self.which), str(self.count), self.job]

    def start(self):
        begun = world.now()
        self.process = subprocess.Popen(self.command(), env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return begun

    def stop(self):
        self.process.stdin.close()


class RestartFloor(Floor):
    which = 'restart'


def debian(package):
    return subprocess.run(['dpkg-query', '-W', '-f', '${Version}', package], capture_output=True, text=True).stdout


PEERS = [Supervisor, Supervisord, Runit, S6, Dinit, Daemontools, Monit, Pm2]
