namespace Supervisor.Cli;

/// <summary>What the command line ends with; docs/command-line.md has the table.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed; the message says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>status: not all jobs that should be up are.</summary>
    public const int NotAllUp = 3;

    /// <summary>No such job.</summary>
    public const int NoSuchJob = 4;

    /// <summary>No permission.</summary>
    public const int NoPermission = 5;

    /// <summary>Nobody answers at the socket.</summary>
    public const int NoDaemon = 6;

    /// <summary>Timed out; the operation goes on.</summary>
    public const int TimedOut = 7;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Each with what it means.</summary>
    internal static IReadOnlyList<(int Code, string Meaning)> All =>
    [
        (Done, "done; check: valid"),
        (Failed, "failed, the message says why; check: problems"),
        (Usage, "the command line makes no sense"),
        (NotAllUp, "status: a job that shall be up is not (yet), or one has been given up"),
        (NoSuchJob, "no such job"),
        (NoPermission, "no permission"),
        (NoDaemon, "no daemon at the socket"),
        (TimedOut, "timed out; the operation goes on"),
        (Interrupted, "as a shell sees it: ended by Ctrl-C"),
    ];
}
