using static Supervisor.Configuration.Keys.PeerWord;

namespace Supervisor.Configuration.Keys;

/// <summary>
/// Keys that other supervisors have and we do not, by section: supervisord's, compose's, systemd's, pm2's, s6's, dinit's, Kubernetes'. Somebody who writes one
/// means something, and is told how it is said here. Case, dashes and underscores do not matter; a word that differs from ours in nothing else is not here.
/// </summary>
internal static class PeerKeys
{
    private static readonly PeerWord[] _job =
    [
        Is("'command'", "cmd exec run program script ExecStart entrypoint args arguments interpreter node_args start_command", "the program and its arguments, as one list or text"),
        Is("'directory'", "cwd wd chdir dir workdir working_dir working_directory"),
        Is("'chroot'", "RootDirectory root"),
        Is("'environment'", "env envs environ env_vars environment_variables", "{NAME: value}"),
        Is("'environment_file'", "env_file dotenv env_files"),
        Is("'user'", "uid run-as username DynamicUser"),
        Is("'group'", "gid"),
        Is("'supplementary_groups'", "group_add groups extra_groups"),
        Is("'capabilities'", "cap_add AmbientCapabilities CapabilityBoundingSet", "all that it may have: [CAP_NET_BIND_SERVICE]"),
        Is("'capabilities'", "cap_drop", "all that it may have; what is not listed is dropped"),
        Is("'no_new_privileges'", "security_opt"),
        Is("'credentials'", "secrets LoadCredential SetCredential", "{name: /path}"),
        Is("'instances'", "numprocs replicas scale copies processes workers", "its instances are web@0, web@1, ...; `${instance}` is the number"),
        Is("`start: auto` or `start: manual`", "autostart enabled enable disabled boot profiles WantedBy down start_on"),
        Is("'kind' (service or oneshot), and 'ready' for what tells that it is up", "Type"),
        Is("`kind: oneshot`", "oneshot RemainAfterExit", "once it has succeeded it stays completed"),
        Is("'restart'", "autorestart restart_policy respawn restart_on keep_alive", "always, on-failure or never"),
        Is("`restart: {delay: 100ms}`", "RestartSec restart_delay sleep backoff"),
        Is("`restart: {delay: 100ms, factor: 2, max_delay: 30s}`", "exp_backoff_restart_delay RestartMaxDelaySec RestartSteps"),
        Is("`restart: {limit: 5, within: 1m}`", "startretries max_restarts StartLimitBurst StartLimitInterval StartLimitIntervalSec restart-limit-count restart-limit-interval max_death_tally max_retries retries"),
        Is("`restart: {reset_after: 1m}`", "min_uptime"),
        Is("`restart: {success: [0, 2]}`", "exitcodes SuccessExitStatus success_codes"),
        Is("`restart: {never_on: [64]}`", "RestartPreventExitStatus stop_exit_codes"),
        Is("`restart: {always_on: [75]}`", "RestartForceExitStatus"),
        Is("'restart' together with `on_dependency_restart: keep` (the default)", "smooth-recovery", "its dependents stay up while it is restarted"),
        Is("`ready: {after: 1s}`", "startsecs start_seconds"),
        Is("'ready'", "readinessProbe startupProbe ready_notification readiness NotifyAccess wait_ready", "notify, {fd: 3}, {tcp: ...}, {http: ...}, {exec: [...]} or {log: ...}"),
        Is("`ready: {fd: 3}`", "notification-fd"),
        Is("'health'", "healthcheck livenessProbe liveness", "{http: ...}, {tcp: ...} or {exec: [...]}"),
        Is("'watchdog'", "WatchdogSec"),
        Is("'start_timeout'", "TimeoutStartSec TimeoutSec listen_timeout timeout-up"),
        Is("'runtime_limit'", "RuntimeMaxSec max_runtime"),
        Is("'runtime_limit', 'start_timeout' or `stop: {timeout: 10s}`", "timeout"),
        Is("`stop: {signal: SIGTERM}`", "stopsignal KillSignal term-signal down-signal"),
        Is("`stop: {timeout: 10s}`", "stopwaitsecs stop_grace_period TimeoutStopSec kill_timeout stop_timeout timeout-kill timeout-down terminationGracePeriodSeconds"),
        Is("`stop: {to: group}`", "stopasgroup killasgroup KillMode treekill"),
        Is("`stop: [{run: [...], wait: 20s}, {signal: SIGTERM, wait: 10s}]`", "ExecStop stop_command preStop lifecycle"),
        Is("`reload: {signal: SIGHUP}` or `reload: {run: [...]}`", "ExecReload reload_command reload_signal"),
        Is("'before_start'", "ExecStartPre pre_start initContainers", "a list of steps: [{run: [...]}]"),
        Is("'before_start'", "ExecCondition", "but a step that fails is a failed start, the job is not skipped"),
        Is("'cleanup'", "ExecStopPost post_stop finish", "hooks after every end: [{run: [...]}]"),
        No("ExecStartPost post_start", "a oneshot that has it in 'depends_on' runs when it is ready"),
        Is("'depends_on'", "After Wants Requires BindsTo PartOf Requisite waits-for depends-ms dependencies links needs require want depends", "a list of jobs, or {db: ready}"),
        Is("'depends_on' of the other job", "Before RequiredBy"),
        Is("'depends_on'", "priority", "an order follows from what each job needs"),
        Is("`log: {stdout: file}`, or `log: {stdout: append:/path}`", "stdout_logfile stdout logfile out_file output StandardOutput stdout_path log_path logs"),
        Is("`log: {stderr: file}`, or `log: {stderr: append:/path}`", "stderr_logfile stderr error_file err_file StandardError stderr_path"),
        Is("`log: {stderr: stdout}` (the default)", "redirect_stderr merge_logs combine_logs"),
        Is("`log: {max_size: 10MiB}`", "stdout_logfile_maxbytes stderr_logfile_maxbytes logfile_maxbytes max_size"),
        Is("`log: {max_files: 5}`", "stdout_logfile_backups stderr_logfile_backups logfile_backups max_files"),
        Is("`log: {timestamp: true}`", "log_date_format timestamp"),
        Is("`log: {stdout: journal}`", "stdout_syslog stderr_syslog syslog SyslogIdentifier"),
        Is("'log'", "logging logger"),
        Is("`resources: {memory: 512MiB}`", "memory mem_limit MemoryMax MemoryLimit max_memory_restart deploy"),
        Is("`resources: {memory_high: 512MiB}`", "MemoryHigh mem_reservation"),
        Is("`resources: {swap: 0}`", "MemorySwapMax memswap_limit"),
        Is("`resources: {cpu: 150%}`", "cpu cpus CPUQuota cpu_limit"),
        Is("`resources: {cpu_weight: 100}`", "CPUWeight CPUShares"),
        Is("`resources: {io_weight: 100}`", "IOWeight blkio_config"),
        Is("`resources: {tasks: 100}`", "tasks TasksMax pids_limit"),
        Is("'cpu_affinity'", "cpuset CPUAffinity AllowedCPUs"),
        Is("'limits'", "ulimits ulimit rlimits rlimit", "{nofile: 4096}"),
        Is("`limits: {nofile: 4096}`", "LimitNOFILE nofile minfds open_files max_open_files"),
        Is("`limits: {nproc: 100}`", "LimitNPROC nproc minprocs"),
        Is("`limits: {core: unlimited}`", "LimitCORE core"),
        Is("`limits: {memlock: unlimited}`", "LimitMEMLOCK memlock"),
        Is("'scheduling'", "CPUSchedulingPolicy CPUSchedulingPriority"),
        Is("'ionice'", "IOSchedulingClass IOSchedulingPriority"),
        Is("'oom_score_adjust'", "oom_score_adj oom_kill_disable"),
        Is("'sockets'", "socket listen ListenStream socket-listen socket-activation ports port", "only for programs that take them over as LISTEN_FDS; others open their own, and no port needs to be named here"),
        Is("'file_descriptor_store'", "FileDescriptorStoreMax"),
        Is("'schedule'", "cron cron_restart OnCalendar timer interval every", "{cron: \"0 3 * * *\"} or {every: 5m}"),
        Is("'essential'", "SuccessAction FailureAction critical"),
        No("ExitType", "the end of its main process is the end of the job"),
        Is("the key of the job itself, under `jobs:`", "name process_name container_name Alias"),
        No("Description labels annotations comment hostname tags", "a comment (#) is the place for it"),
        No("image build pull_policy platform", "it runs programs of this machine, there are no containers"),
        No("volumes volumes_from tmpfs devices networks network_mode expose dns extra_hosts privileged", "it runs programs of this machine, which see its files and its network"),
        No("tty stdin_open stdin", "standard input is /dev/null"),
        No("init", "the supervisor itself reaps what is left"),
        No("daemonize PIDFile forking nodaemon", "the program has to stay in the foreground"),
        No("watch ignore_watch exec_mode", "`supervisor restart JOB` in what sees the change does it"),
        No("RuntimeDirectory StateDirectory CacheDirectory LogsDirectory ConfigurationDirectory", "a step of 'before_start' can make directories: {run: [mkdir, -p, /run/web]}"),
        No("PrivateTmp ProtectSystem ProtectHome PrivateDevices ReadWritePaths ReadOnlyPaths SystemCallFilter read_only", "the supervisor's own unit can have it, for all jobs"),
        No("group_name programs", "each job is started by its name, or by `supervisor start 'web*'`"),
    ];

    private static readonly PeerWord[] _file =
    [
        Is("'jobs'", "services programs program apps processes service tasks units containers job", "`supervisor import FILE` takes over compose files, supervisord.conf, Procfiles and units"),
        Is("'include'", "includes extends files"),
        Is("'supervisor'", "supervisord settings daemon global config options"),
        Is("'supervisor.control'", "unix_http_server supervisorctl control socket"),
        Is("'supervisor.http'", "inet_http_server http web dashboard"),
        Is("'defaults'", "default common base x-common"),
        Is("'environment' in 'defaults'", "environment env", "for every job"),
        Is("'user' in 'defaults'", "user", "for every job"),
        Is("'log' in 'defaults'", "log logging", "for every job"),
        No("name networks volumes configs secrets", "it runs programs of this machine, there are no containers"),
        No("command", "it belongs to a job: `jobs: {NAME: {command: ...}}`"),
    ];

    private static readonly PeerWord[] _supervisor =
    [
        Is("'log_directory'", "childlogdir log_dir logs"),
        Is("'control.socket'", "socket file unix_socket serverurl"),
        Is("'http'", "listen port dashboard web inet_http_server"),
        Is("'stop_timeout'", "shutdown_timeout DefaultTimeoutStopSec TimeoutStopSec timeout"),
        Is("'cleanup'", "atexit on_exit ExecStopPost"),
        Is("'state_directory'", "state_dir"),
        Is("'directory'", "runtime_directory run_directory dir"),
        No("nodaemon daemon daemonize pidfile", "`supervisor run` stays in the foreground; its service manager or `&` puts it into the background"),
        No("logfile log loglevel logfile_maxbytes logfile_backups", "it logs to standard error, or to the journal under systemd"),
        No("user umask group minfds minprocs", "it runs as who starts it; 'user', 'umask' and 'limits' of 'defaults' are for the jobs"),
        No("environment env", "'environment' in 'defaults' is for every job"),
    ];

    private static readonly PeerWord[] _bothProbes =
    [
        Is("'exec'", "test command cmd run script"),
        Is("'http'", "httpGet url uri", "http://127.0.0.1:8080/health"),
        Is("'tcp'", "tcpSocket port socket_connect", "127.0.0.1:80"),
        Is("'interval'", "period periodSeconds every start_interval"),
        Is("'timeout'", "timeoutSeconds"),
        No("disable disabled enable enabled", "who wants no probe does not write it"),
    ];

    private static readonly PeerWord[] _ready =
    [
        .. _bothProbes,
        Is("'after'", "seconds startsecs"),
        Is("'fd'", "notification-fd"),
        Is("'log'", "pattern regex match"),
        No(
            "failures retries failureThreshold threshold max_failures start_period initialDelaySeconds initial_delay delay grace",
            "it is asked until it passes; the job's `start_timeout: 1m` is the limit"),
        No("successes successThreshold", "one pass is enough"),
    ];

    private static readonly PeerWord[] _health =
    [
        .. _bothProbes,
        Is("'failures'", "retries failureThreshold threshold max_failures"),
        Is("'successes'", "successThreshold"),
        Is("'start_period'", "initialDelaySeconds initial_delay delay grace"),
    ];

    private static readonly PeerWord[] _log =
    [
        Is("`stdout: append:/path`", "file path filename logfile destination directory"),
        Is("'stdout'", "driver output target type", "file, console, journal, null, inherit or append:/path"),
        Is("'max_size'", "maxbytes size rotate_size limit"),
        Is("'max_files'", "backups count keep rotate files"),
        Is("'timestamp'", "timestamps date_format log_date_format"),
        No("options", "its keys stand directly under 'log'"),
        No("level", "what a job writes is kept as it is"),
    ];

    private static readonly PeerWord[] _restart =
    [
        Is("'policy'", "condition when on name mode type"),
        Is("'limit'", "max_attempts attempts max retries burst max_retries MaximumRetryCount max_restarts"),
        Is("'within'", "window interval period"),
        Is("'factor'", "backoff multiplier exponential backoff_factor"),
        Is("'delay'", "sec sleep initial_delay min_delay wait"),
        Is("'success'", "exit_codes codes"),
        Is("'reset_after'", "min_uptime reset"),
    ];

    private static readonly PeerWord[] _stop =
    [
        Is("'timeout'", "grace grace_period wait timeout_sec kill_after seconds"),
        Is("'to'", "kill_mode group as_group target"),
        Is("a list of steps", "command run exec", "`stop: [{run: [...], wait: 20s}, {signal: SIGTERM, wait: 10s}]`"),
    ];

    private static readonly PeerWord[] _stepsAndHooks =
    [
        Is("'run'", "command cmd exec program script"),
        Is("'timeout'", "limit TimeoutSec"),
        No("ignore_failure required", "`run: [sh, -c, \"x || true\"]` forgets a failure"),
    ];

    private static readonly PeerWord[] _step =
    [
        .. _stepsAndHooks,
        No("on when if condition", "only hooks have conditions; a shell can have one: `run: [sh, -c, \"if test -e x; then y; fi\"]`"),
    ];

    private static readonly PeerWord[] _hook = [.. _stepsAndHooks, Is("'on'", "when if condition", "always, success, failure or signal")];

    private static readonly PeerWord[] _resources =
    [
        Is("'memory'", "mem MemoryMax mem_limit max_memory"),
        No("limits", "'memory', 'cpu' and 'tasks' stand directly under 'resources'"),
        Is("'tasks'", "pids pids_limit TasksMax processes"),
        Is("'cpu'", "cpus CPUQuota", "150% is one CPU and a half"),
        Is("'memory_high'", "reservations soft_memory"),
    ];

    private static readonly PeerWord[] _schedule =
    [
        Is("'cron'", "OnCalendar at expression calendar spec time when"),
        Is("'every'", "interval period OnUnitActiveSec OnUnitInactiveSec"),
        Is("'jitter'", "RandomizedDelaySec random_delay"),
        Is("'catch_up'", "Persistent catchup startingDeadlineSeconds"),
        Is("'overlap'", "concurrencyPolicy concurrency"),
        Is("'timezone'", "tz zone"),
    ];

    private static readonly PeerWord[] _socket =
    [
        Is("'listen'", "ListenStream ListenDatagram address addr port path bind", "and 'type'"),
        Is("'mode'", "SocketMode"),
        Is("'user'", "SocketUser owner"),
        Is("'group'", "SocketGroup"),
    ];

    private static readonly Dictionary<string, PeerWord[]> _bySection = new()
    {
        ["job"] = _job,
        ["file"] = _file,
        ["supervisor"] = _supervisor,
        ["ready"] = _ready,
        ["health"] = _health,
        ["log"] = _log,
        ["restart"] = _restart,
        ["stop"] = _stop,
        ["step"] = _step,
        ["hook"] = _hook,
        ["resources"] = _resources,
        ["schedule"] = _schedule,
        ["socket"] = _socket,
    };

    /// <summary>Every row, by the name of its section.</summary>
    public static IEnumerable<(string Section, PeerWord Word)> All => _bySection.SelectMany(pair => pair.Value.Select(word => (pair.Key, word)));

    /// <summary><c>; here that is 'directory'</c>; null when no other supervisor that we know of has such a key there.</summary>
    public static string? For(Section section, string key) => PeerWord.In(_bySection.GetValueOrDefault(section.Name) ?? [], key);
}
