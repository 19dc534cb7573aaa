using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Hosting;

/// <summary>Who reads what the supervisor writes to its standard error.</summary>
internal enum LogOutputKind
{
    /// <summary>A file, a pipe, a container's log: full time stamps.</summary>
    Plain,
    /// <summary>A person: time of day, columns.</summary>
    Terminal,
    /// <summary>The same with colours.</summary>
    ColourTerminal,
    /// <summary>The journal: <c>&lt;N&gt;</c> priorities; it adds the time itself.</summary>
    Journal,
}

/// <summary>Finds out who reads a descriptor.</summary>
internal static class LogOutputKinds
{
    /// <summary>
    /// Looks at <paramref name="descriptor"/>. JOURNAL_STREAM names the journal's stream as <c>device:inode</c>; it is inherited also by those
    /// whose output was redirected since, so it counts only when it is this very descriptor (systemd.exec(5)).
    /// </summary>
    public static unsafe LogOutputKind Of(int descriptor, string? journalStream, bool noColour)
    {
        if (LibC.isatty(descriptor) == 1)
        {
            return noColour ? LogOutputKind.Terminal : LogOutputKind.ColourTerminal;
        }

        stat status;
        return !string.IsNullOrEmpty(journalStream)
            && LibC.fstat(descriptor, &status) == 0
            && journalStream == $"{status.st_dev}:{status.st_ino}"
            ? LogOutputKind.Journal
            : LogOutputKind.Plain;
    }
}
