using Supervisor.Configuration.Keys;
using static Supervisor.Configuration.Keys.PeerWord;

namespace Supervisor.Cli;

/// <summary>Commands of supervisorctl, systemctl, docker, pm2 and others that we have under another name.</summary>
internal static class PeerCommands
{
    private static readonly PeerWord[] _all =
    [
        Is("`status`", "ps list ls list-units avail"),
        Is("`logs`", "tail log journal maintail"),
        Is("`apply`", "update daemon-reload up sync"),
        Is("`apply --dry-run`", "reread", "it shows what would change"),
        Is("`shutdown`", "down terminate poweroff"),
        Is("`signal`", "kill send"),
        Is("`check`", "validate verify lint test configtest config"),
        Is("`top`", "monit stats monitor"),
        Is("`why`", "describe inspect explain failed"),
        Is("`show`", "cat info env"),
        Is("`run`", "daemon serve supervisord foreground"),
        Is("`graph`", "list-dependencies tree deps"),
        Is("`stop`, and `start: manual` in the configuration", "disable mask"),
        Is("`start`, and `start: auto` in the configuration", "enable unmask"),
        Is("`restart --rolling`", "rollout"),
        Is("`events`", "watch history"),
        Is("`import`", "convert migrate"),
        No("add remove delete", "write it into the configuration, or take it out, and `apply`"),
        Is("`logs --rotate`", "clear", "it begins new files"),
        No("reset-failed", "`start` takes up what has failed"),
        No("attach fg exec", "jobs have no terminal; `logs -f` follows what they write"),
    ];

    /// <summary>All rows.</summary>
    public static IReadOnlyList<PeerWord> All => _all;

    /// <summary><c>; here that is `logs`</c>; null when we know of no such command.</summary>
    public static string? For(string word) => In(_all, word);
}
