using static Supervisor.Configuration.Keys.PeerWord;

namespace Supervisor.Configuration.Keys;

/// <summary>Values that other supervisors (and habit) write where we have other words.</summary>
internal static class PeerValues
{
    public static readonly PeerWord[] Restart =
    [
        Is("'never'", "no false off none disabled oneshot"),
        Is("'always' (or 'on-failure': after a failure only)", "true yes on respawn any"),
        Is("'always'", "unless-stopped", "what somebody stopped stays down in any case"),
        Is("'on-failure'", "unexpected on-error on-abnormal on-abort on-watchdog failure"),
        Is("{policy: on-failure, limit: 5}", "on-failure:*"),
        No("on-success", "'always' also restarts after a success, and 'never_on' names codes after which it does not"),
    ];

    public static readonly PeerWord[] Kind =
    [
        Is("'service'", "simple exec idle process daemon long-running longrun scripted"),
        Is("'service' together with `ready: notify`", "notify notify-reload dbus"),
        Is("'oneshot'", "task job one_shot batch once"),
        Is("'oneshot' together with 'schedule'", "cron cronjob timer scheduled"),
        No("forking bgprocess", "the program has to stay in the foreground"),
    ];

    public static readonly PeerWord[] Start =
    [
        Is("'auto'", "true yes on always boot enabled automatic"),
        Is("'manual'", "false no off never disabled demand"),
        Is("'on-demand'", "socket lazy activation"),
    ];

    public static readonly PeerWord[] Condition =
    [
        Is("'started'", "service_started running up start"),
        Is("'ready'", "service_healthy healthy true yes"),
        Is("'succeeded'", "service_completed_successfully success done"),
        Is("'completed'", "ended exited stopped finished service_completed"),
    ];

    public static readonly PeerWord[] Log =
    [
        Is("'console'", "/dev/stdout /dev/stderr /dev/fd/1 /dev/fd/2 tty terminal stderr"),
        Is("'null'", "/dev/null none off false no"),
        Is("'file'", "auto json-file local true"),
        Is("'journal'", "journald syslog kmsg journal+console"),
        Is("append:/path", "/* file:* truncate:* ./*", "the file is not rotated then; `file` is, in the supervisor's log_directory"),
    ];

    public static readonly PeerWord[] Overlap =
    [
        Is("'skip'", "forbid no false"),
        Is("'queue'", "wait"),
        No("allow true yes", "one instance runs once at a time; 'queue' lets the next run follow"),
    ];
}
