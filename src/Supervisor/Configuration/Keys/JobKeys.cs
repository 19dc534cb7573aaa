namespace Supervisor.Configuration.Keys;

/// <summary>The keys of a job and of the maps in it.</summary>
internal static class JobKeys
{
    public const int MostInstances = 10_000;

    public static readonly Section Step = new("step",
        new("run", Shape.Command, null, "Command that is run beside the main process, with the same user, directory and environment."),
        new Key("timeout", Shape.Duration, "30s", "Its limit: SIGTERM then, SIGKILL 2 s later."));

    public static readonly Section Hook = new("hook",
        new("run", Shape.Command, null, "Command that is run after the end, with the same user, directory and environment as the main process."),
        new("on", Shape.Words(Vocabulary.HookCondition.All), "always", "After which ends: always, success, failure (all others, also an unknown one), signal (a signal ended it)."),
        new Key("timeout", Shape.Duration, "30s", "Its limit: SIGTERM then, SIGKILL 2 s later."));

    public static readonly Section Limits = new("limits",
        Vocabulary.Limits.All.Select(name => new Key(name, LimitShape, null, $"RLIMIT_{name.ToUpperInvariant()} of getrlimit(2).")));

    public static readonly Section Resources = new("resources",
        new("memory", Shape.Size, "none", "Memory of all its processes (memory.max): beyond it they are killed together."),
        new("memory_high", Shape.Size, "none", "From here memory is taken back and the job slowed down (memory.high)."),
        new("swap", Shape.Size, "none", "Swap (memory.swap.max); 0: none at all."),
        new("tasks", Shape.Integer(1, 4_194_304), "none", "Processes and threads (pids.max)."),
        new("cpu", new ScalarShape("percent", "string"), "none", "CPU time (cpu.max): 150% is one CPU and a half."),
        new("cpu_weight", Shape.Integer(1, 10_000), "100", "Share of the CPUs when they are short (cpu.weight)."),
        new("io_weight", Shape.Integer(1, 10_000), "100", "Share of block devices when they are short (io.weight)."),
        new Key("required", Shape.Boolean, "false", "Whether a limit that cannot be set is a failed start; otherwise it is a warning."));

    public static readonly Section IoNice = new("ionice",
        new("class", Shape.Words(Vocabulary.IoClass.All), "best-effort", "I/O class of ioprio_set(2)."),
        new Key("level", Shape.Integer(0, 7), "4", "Level in the class, 0 is the highest; not for idle."));

    public static readonly Section Scheduling = new("scheduling",
        new("policy", Shape.Words(Vocabulary.Scheduling.All), null, "Policy of sched_setscheduler(2)."),
        new Key("priority", Shape.Integer(0, 99), "0", "1..99 for fifo and rr, 0 for the others."));

    public static readonly Section AfterLimit = new("after_limit", new Key("retry", Shape.Duration, null, "Tries again after this time."));

    public static readonly Section Restart = new("restart",
        new("policy", Shape.Words(Vocabulary.Policy.All), "on-failure", "After which ends the job is started again."),
        new("delay", Shape.Duration, "100ms", "Delay before the first restart."),
        new("factor", new ScalarShape("number 1..1000", "number"), "2", "By how much each further delay is longer."),
        new("max_delay", Shape.Duration, "30s", "Longest delay."),
        new("jitter", new ScalarShape("percent", "string"), "10%", "Random part of a delay, in both directions."),
        new("reset_after", Shape.Duration, "1m", "A run that stayed up this long sets the delay back."),
        new("limit", Shape.OneOf(Shape.Integer(1, 1_000_000), Shape.Words("none")), "none", "Restarts allowed within `within`."),
        new("within", Shape.Duration, "none", "Window of `limit`; none: since the last start by hand."),
        new("after_limit", Shape.OneOf(Shape.Words("fail"), Shape.Of(AfterLimit)), "fail", "What happens at the limit."),
        new("success", ExitsShape, "[0, SIGHUP, SIGINT, SIGTERM, SIGPIPE]", "Ends that count as success; the default of a oneshot is [0]."),
        new("never_on", ExitsShape, "[]", "Ends after which the job is never restarted; wins over everything."),
        new Key("always_on", ExitsShape, "[]", "Ends after which it is always restarted; wins over the policy."));

    public static readonly Section StopStep = new("stop step",
        new("signal", Shape.Signal, null, "Signal to send; this or `run`."),
        new("run", Shape.Command, null, "Command to run; this or `signal`."),
        new Key("wait", Shape.Duration, "10s", "Time until the next step; 0 for SIGKILL."));

    public static readonly Section Stop = new("stop",
        new("signal", Shape.Signal, "SIGTERM", "Signal that asks the process to end."),
        new("timeout", Shape.Duration, "10s", "Time it is given; then SIGKILL to all that is left."),
        new("steps", Shape.ListOf(Shape.Of(StopStep)), null, "Ordered steps, in place of `signal` and `timeout`."),
        new Key("to", Shape.Words(Vocabulary.Target.All), "main", "Whom the signals go to."));

    public static readonly Section Reload = new("reload",
        new("signal", Shape.Signal, null, "Signal to the main process; this or `run`."),
        new("run", Shape.Command, null, "Command to run; this or `signal`."),
        new("notify", Shape.Boolean, "false", "The process confirms the signal by RELOADING=1 and READY=1 (sd_notify)."),
        new Key("timeout", Shape.Duration, "30s", "Limit of the command, or of the confirmation."));

    public static readonly Section Log = new("log",
    [
        new("stdout", Shape.Text, "(file; console on a terminal or as PID 1)", "file, console, journal, null, inherit or append:/path."),
        new("stderr", Shape.Text, "stdout", "The same words, or stdout: wherever stdout goes."),
        new("format", Shape.Words(Vocabulary.LogFormat.All), "text", "text: lines as the job wrote them; json: an object each, with time, job, instance, attempt, stream and message."),
        new("timestamp", Shape.Boolean, "false", "A time stamp before each line; with format: json always."),
        new("max_size", Shape.Size, "10MiB", "Size at which a file is rotated."),
        new("max_files", Shape.Integer(1, 10_000), "5", "Files kept, the current one included."),
        new("max_age", Shape.Duration, "none", "Age at which an older file is removed, by its last line, and the current one rotated, by its first."),
        new("max_total", Shape.Size, "none", "Size of all files of an instance together; the oldest are removed first. Not below max_size."),
        new("compress", Shape.Boolean, "false", "Older files are compressed with gzip."),
        new("on_full", Shape.Words(Vocabulary.OnFull.All), "block", "When the disk is slower than the job: it waits, or output is dropped and counted."),
    ]);

    public static readonly Section Schedule = new("schedule",
        new("cron", Shape.Text, null, "Cron expression: five fields, six with seconds first, or a macro such as @daily; this or `every`."),
        new("timezone", Shape.Text, "(the machine's)", "The zone whose clock `cron` means: Europe/Zurich."),
        new("every", Shape.Duration, null, "Interval from one run to the next, by a clock that nobody sets; this or `cron`."),
        new("jitter", Shape.Duration, "0s", "Each run is later by a random part of this."),
        new("overlap", Shape.Words(Vocabulary.Overlap.All), "skip", "When a run is due and the one before still goes on: it is left out, follows, or replaces it."),
        new("catch_up", Shape.Boolean, "false", "A run that was missed while the supervisor was down is made up for, once."),
        new Key("at_start", Shape.Boolean, "false", "It also runs when it is started, without waiting for the schedule."));

    public static readonly Section Socket = new("socket",
        new("listen", Shape.Text, null, "0.0.0.0:80, [::1]:80, *:80 or 80 (every address, IPv6 and IPv4), /run/web.sock, or @name (abstract). Required."),
        new("name", Shape.Text, "(the job's)", "Its name in LISTEN_FDNAMES."),
        new("type", Shape.Words(Vocabulary.SocketKind.All), "stream", "TCP or a Unix stream; UDP or Unix datagrams; seqpacket (Unix only)."),
        new("backlog", Shape.Integer(0, 65535), "4096", "Connections that may wait to be accepted; net.core.somaxconn is the limit."),
        new("mode", Shape.Text, "\"0660\"", "Mode of a Unix socket's file."),
        new("user", Shape.Text, "(the job's)", "Owner of a Unix socket's file."),
        new("group", Shape.Text, "(the job's)", "Group of a Unix socket's file."),
        new("reuse_port", Shape.Boolean, "false", "SO_REUSEPORT: others may bind the same port."),
        new Key("ipv6_only", Shape.Boolean, "false", "IPV6_V6ONLY: no IPv4 on an IPv6 socket."));

    public static readonly Section Rolling = new("rolling",
        new Key("surge", Shape.Integer(0, 1), "(1 when its instances share all their sockets, else 0)",
            "Instances that a rolling restart starts in addition, and waits for, before it takes the first one down."));

    public static readonly Section Job = new("job",
    [
        new("command", Shape.Command, null, "The program and its arguments: a list, or a string split like a shell splits words; never a shell. Required."),
        new("kind", Shape.Words(Vocabulary.Kind.All), "service", "A service runs until it is stopped, a oneshot to its end."),
        new("start", Shape.Words(Vocabulary.Start.All), "auto", "At the supervisor's start; when somebody asks; or at the first connection to one of its `sockets`."),
        new("instances", Shape.Integer(1, MostInstances), "(one, without a number)", "Number of instances: web@0, web@1, ..."),
        new("directory", Shape.Text, "/", "Working directory; a relative one starts at the file's directory."),
        new("chroot", Shape.Text, null, "Root directory; `directory` is looked up inside."),
        new("environment", Shape.MapOf(Shape.Text), "{}", "Variables; they win over environment_file and what is inherited.", Merges: true),
        new("environment_file", Shape.Texts, "[]", "Files of NAME=value lines, read at every start; a leading `-`: may be missing."),
        new("user", Shape.Text, "(the supervisor's)", "User name or number."),
        new("group", Shape.Text, "(the user's)", "Group name or number."),
        new("supplementary_groups", Shape.ListOf(Shape.Text), "(the user's)", "Groups besides that one."),
        new("umask", Shape.Text, "(inherited)", "File mode creation mask, octal: \"0027\"."),
        new("limits", Shape.Of(Limits), "{}", "Resource limits of prlimit(1): one value, soft:hard, or unlimited.", Merges: true),
        new("resources", Shape.Of(Resources), "{}", "Limits of the whole job by its control group, and what is to happen without one.", Merges: true),
        new("nice", Shape.Integer(-20, 19), "(inherited)", "Nice value."),
        new("ionice", Shape.Of(IoNice), "(inherited)", "I/O priority."),
        new("scheduling", Shape.Of(Scheduling), "(inherited)", "Scheduling policy."),
        new("cpu_affinity", Shape.OneOf(Shape.ListOf(Shape.Integer(0, 8191)), Shape.Text), "(inherited)", "CPUs that it may run on: [0, 1] or \"0-3,5\"."),
        new("oom_score_adjust", Shape.Integer(-1000, 1000), "(inherited)", "oom_score_adj of proc(5)."),
        new("no_new_privileges", Shape.Boolean, "false", "PR_SET_NO_NEW_PRIVS of prctl(2)."),
        new("capabilities", Shape.ListOf(Shape.Text), "(the user's)", "All that it has and can ever get: [CAP_NET_BIND_SERVICE]; [] is none."),
        new("securebits", Shape.ListOf(Shape.Words(Vocabulary.SecureBit.All)), "(inherited)", "Securebits of capabilities(7)."),
        new("credentials", Shape.MapOf(Shape.Text), "{}", "Files that it gets private copies of, by name, in the directory that CREDENTIALS_DIRECTORY names."),
        new("before_start", Shape.ListOf(Shape.Of(Step)), "[]", "Steps before every start; a failing one is a failed start."),
        new("depends_on", Shape.OneOf(Shape.ListOf(Shape.Text), Shape.MapOf(Shape.Words(Vocabulary.Condition.All))), "{}", "Jobs that this one waits for; a list means ready.", Merges: true),
        new("on_dependency_restart", Shape.Words(Vocabulary.OnDependencyRestart.All), "keep", "What happens to the running job when a dependency restarts."),
        new("ready", Shape.OneOf(Shape.Words("started", "notify"), Shape.Of(ProbeKeys.Ready)), "started", "When it counts as ready."),
        new("start_timeout", Shape.Duration, "90s", "Limit from the start to readiness; none: no limit (the default of a oneshot)."),
        new("runtime_limit", Shape.Duration, "none", "Limit of one run."),
        new("restart", Shape.OneOf(Shape.Words(Vocabulary.Policy.All), Shape.Of(Restart)), "on-failure", "When it is started again.", Merges: true),
        new("on_failure", Shape.ListOf(Shape.Of(Step)), "[]", "Steps run when it has been given up."),
        new("cleanup", Shape.ListOf(Shape.Of(Hook)), "[]", "Hooks after every end, whatever ended it; the last one runs first, see cleanup.md."),
        new("stop", Shape.OneOf(Shape.Of(Stop), Shape.ListOf(Shape.Of(StopStep))), "{signal: SIGTERM, timeout: 10s}", "How it is asked to end."),
        new("reload", Shape.Of(Reload), "(it cannot)", "How it re-reads its configuration."),
        new("log", Shape.Of(Log), "{}", "Where its output goes.", Merges: true),
        new("sockets", Shape.ListOf(Shape.OneOf(Shape.Text, Shape.Of(Socket))), "[]", "Sockets that the supervisor opens and hands over as LISTEN_FDS; a text is a `listen`."),
        new("rolling", Shape.Of(Rolling), "{}", "How `restart --rolling` goes about it."),
        new("schedule", Shape.Of(Schedule), "(none)", "When it runs by itself; then it is a oneshot, and `restart` is never unless it says otherwise."),
        new("essential", Shape.Boolean, "false", "At its final end the supervisor stops all and ends with its code."),
        new("board", Shape.Boolean, "true", "Whether it has a state board: a page of memory that it shares with the supervisor."),
        new("regions", Shape.ListOf(Shape.Text), "[]", "Regions of shared memory that it maps."),
        new("watchdog", Shape.Duration, "none", "Once ready (a oneshot: started) it must beat within this time, or it is ended: SIGABRT, 3 s, SIGKILL."),
        new("notify", Shape.Boolean, "false", "It gets NOTIFY_SOCKET for sd_notify(3) although nothing else asks for that (`ready: notify`, `watchdog`, `file_descriptor_store`)."),
        new("file_descriptor_store", Shape.Integer(0, 10_000), "0", "How many descriptors it may leave with the supervisor (FDSTORE=1) and gets back after a restart."),
        new("health", Shape.Of(ProbeKeys.Health), null, "Whether it is well while it is up; failures in a row end it, and it is restarted as its policy says."),
    ]);

    private static Shape LimitShape => new ScalarShape("value or soft:hard", "string", OrInteger: true);

    private static Shape ExitsShape => Shape.ListOf(new ScalarShape("code or signal", "string", OrInteger: true));
}
