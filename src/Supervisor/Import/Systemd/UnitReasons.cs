namespace Supervisor.Import.Systemd;

/// <summary>Why a line of a unit has no counterpart, and what to do.</summary>
internal static class UnitReasons
{
    private static readonly Dictionary<string, string> _byKey = new()
    {
        ["Documentation"] = "no counterpart",
        ["Before"] = "write it the other way round: `depends_on:` in the other job",
        ["Conflicts"] = "no counterpart: stop the other one first",
        ["OnFailure"] = "`on_failure: [{run: [...]}]` runs a command when the job has been given up",
        ["OnSuccess"] = "no counterpart",
        ["DefaultDependencies"] = "no counterpart: the supervisor's own unit has them",
        ["StopWhenUnneeded"] = "no counterpart",
        ["RequiresMountsFor"] = "RequiresMountsFor= belongs into the supervisor's own unit",
        ["StartLimitAction"] = "at the limit the job is given up, told, and `on_failure:` is run; the machine is left alone",
        ["FailureAction"] = "`essential: true` ends the supervisor with the job; the machine is left alone",
        ["SuccessAction"] = "`essential: true` ends the supervisor with the job; the machine is left alone",
        ["Alias"] = "a job has one name",
        ["Also"] = "give the other unit too",
        ["DefaultInstance"] = "instances are numbered from 0",
        ["RemainAfterExit"] = "a service that has ended is no longer up; `kind: oneshot` stays completed",
        ["GuessMainPID"] = "the supervisor knows the pid of what it starts",
        ["NotifyAccess"] = "notices are taken from the job's own processes",
        ["SyslogIdentifier"] = "lines carry the name of the job",
        ["SyslogLevel"] = "no counterpart",
        ["SyslogFacility"] = "no counterpart",
        ["SyslogLevelPrefix"] = "no counterpart",
        ["StandardInput"] = "a job's input is empty",
        ["TTYPath"] = "a job has no terminal",
        ["DynamicUser"] = "make a user: `useradd --system NAME`, then `user: NAME`",
        ["RuntimeDirectory"] = "make it: `install -d -o USER -m 755 /run/NAME` as a step of a job without `user:`, or tmpfiles.d",
        ["StateDirectory"] = "make it once: `install -d -o USER /var/lib/NAME`",
        ["CacheDirectory"] = "make it once: `install -d -o USER /var/cache/NAME`",
        ["LogsDirectory"] = "make it once: `install -d -o USER /var/log/NAME`",
        ["ConfigurationDirectory"] = "make it once: `install -d /etc/NAME`",
        ["RuntimeDirectoryMode"] = "see RuntimeDirectory=",
        ["RuntimeDirectoryPreserve"] = "see RuntimeDirectory=",
        ["StateDirectoryMode"] = "see StateDirectory=",
        ["CapabilityBoundingSet"] = "`capabilities: [...]` says all that a job can ever have",
        ["UnsetEnvironment"] = "unset it in the supervisor's own environment",
        ["PAMName"] = "no session is opened",
        ["SetCredential"] = "a file does it: credentials: {ID: /path}",
        ["LoadCredentialEncrypted"] = "no counterpart; decrypted by somebody else it is credentials: {ID: /path}",
        ["Slice"] = "jobs are below the supervisor's own cgroup",
        ["Delegate"] = "no counterpart",
        ["OOMPolicy"] = "a job that the kernel killed for memory ends by SIGKILL, which is a failure",
        ["FileDescriptorStoreMax"] = "jobs cannot store descriptors",
        ["SendSIGKILL"] = "what does not end in time is always killed",
        ["SendSIGHUP"] = "a step of `stop:` sends another signal",
        ["FinalKillSignal"] = "the last signal is SIGKILL",
        ["WatchdogSignal"] = "SIGABRT, then SIGKILL",
        ["TimeoutAbortSec"] = "SIGKILL follows SIGABRT after 3 s",
        ["TimeoutStartFailureMode"] = "the job is stopped as usual",
        ["TimeoutStopFailureMode"] = "the job is killed",
        ["ReloadSignal"] = "`reload: {signal: ...}` sets it",
        ["RootImage"] = "no counterpart",
        ["MemoryHigh"] = "`resources: {memory: ...}` is a hard limit",
        ["CPUWeight"] = "`nice:` says who goes first",
        ["IOWeight"] = "`ionice:` says who goes first",
        ["TimerSlackNSec"] = "no counterpart",
        ["SuccessExitStatus"] = "see `restart: {success: [...]}`",
    };

    private static readonly string[] _sandbox =
    [
        "Protect", "Private", "Restrict", "SystemCall", "ReadOnlyPaths", "ReadWritePaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths", "BindPaths", "BindReadOnlyPaths",
        "TemporaryFileSystem", "LockPersonality", "MemoryDenyWriteExecute", "RemoveIPC", "MountFlags", "SecureBits", "KeyringMode", "IPAddress", "DeviceAllow", "DevicePolicy", "UMount",
        "AppArmorProfile", "SELinuxContext", "NetworkNamespacePath", "ProcSubset", "SocketBind",
    ];

    public static string For(UnitEntry entry) =>
        entry.Section.StartsWith("X-", StringComparison.Ordinal) || entry.Key.StartsWith("X-", StringComparison.Ordinal) ? "an extension"
        : _byKey.TryGetValue(entry.Key, out var why) ? why
        : entry.Key.StartsWith("Condition", StringComparison.Ordinal) || entry.Key.StartsWith("Assert", StringComparison.Ordinal)
            ? "a start has no conditions; a step of `before_start:` that fails is a failed start"
        : _sandbox.Any(start => entry.Key.StartsWith(start, StringComparison.Ordinal))
            ? "no sandbox: it can stay in the supervisor's own unit, for all jobs, or a wrapper (bwrap, setpriv, systemd-run) is part of the command"
        : "no counterpart";
}
