using Supervisor.Configuration.Scalars;

namespace Supervisor.Import.Supervisord;

/// <summary>stdout_logfile and what belongs to it.</summary>
internal static class ProgramLogs
{
    public static void Import(SectionKeys keys, DraftPart job)
    {
        var merged = keys.Boolean("redirect_stderr");
        var toFile = Target(keys, job, "stdout");
        if (merged is { Value: true } one)
        {
            job.Set("log.stderr", "stdout", one.Entry.Line);
            TellUnused(keys, job);
        }
        else
        {
            _ = Target(keys, job, "stderr");
        }

        Sizes(keys, job, toFile);
    }

    /// <summary>Whether it goes to a file of ours, which is rotated.</summary>
    private static bool Target(SectionKeys keys, DraftPart job, string stream)
    {
        var (syslog, logfile) = (keys.Boolean(stream + "_syslog"), keys.Text(stream + "_logfile"));
        if (syslog is { Value: true } toSyslog && logfile?.Value is null or "NONE" or "none" or "/dev/null")
        {
            job.Set($"log.{stream}", "journal", toSyslog.Entry.Line);
            return false;
        }

        if (syslog is { Value: true } both)
        {
            job.Note(both.Entry.Line, "a stream goes to one place: the file");
        }

        if (logfile is not { } file)
        {
            return true;
        }

        var target = file.Value switch
        {
            "NONE" or "none" or "/dev/null" => "null",
            "AUTO" or "auto" => "file",
            "syslog" => "journal",
            "/dev/stdout" or "/dev/stderr" or "/dev/fd/1" or "/dev/fd/2" or "/proc/1/fd/1" or "/proc/1/fd/2" or "/proc/self/fd/1" or "/proc/self/fd/2" => "console",
            ['$', ..] => "append:" + file.Value,
            var path => "append:" + Path.Combine(keys.Section.Source.Directory, path),
        };
        job.Set($"log.{stream}", target, file.Entry.Line);
        return target == "file";
    }

    private static void TellUnused(SectionKeys keys, DraftPart job)
    {
        foreach (var key in new[] { "stderr_logfile", "stderr_logfile_maxbytes", "stderr_logfile_backups", "stderr_syslog" })
        {
            if (keys.Take(key) is { } entry)
            {
                job.Note(entry.Line, "stderr goes where stdout goes (redirect_stderr=true)");
            }
        }
    }

    private static void Sizes(SectionKeys keys, DraftPart job, bool toFile)
    {
        foreach (var stream in new[] { "stdout", "stderr" })
        {
            var (size, backups) = (keys.Size(stream + "_logfile_maxbytes"), keys.Number(stream + "_logfile_backups"));
            var target = (job.Get($"log.{stream}") as DraftText)?.Template ?? (stream == "stdout" ? "file" : "stdout");
            if (target is "console" or "null" or "journal")
            {
                // There it is written to turn the rotation of such a file off.
                continue;
            }

            foreach (var entry in new[] { size?.Entry, backups?.Entry }.OfType<IniEntry>())
            {
                if (target != "file" || stream == "stderr")
                {
                    job.Note(entry.Line, target is "file" or "stdout" ? "one size holds for both streams"
                        : entry == backups?.Entry && size is not null ? $"see {stream}_logfile_maxbytes="
                        : "append: is not rotated; with `file` in its place the supervisor rotates (max_size, max_files) in its log directory, and `supervisor logs` shows it");
                }
            }

            if (stream == "stdout" && toFile && target == "file")
            {
                Rotation(job, size, backups);
            }
        }
    }

    private static void Rotation(DraftPart job, (IniEntry Entry, ulong Value)? size, (IniEntry Entry, int Value)? backups)
    {
        if (size is { } bytes)
        {
            if (bytes.Value >= 1024)
            {
                job.Set("log.max_size", InWords(bytes.Value), bytes.Entry.Line);
            }
            else
            {
                job.Note(bytes.Entry.Line, "files are always rotated: at 10MiB, unless max_size says otherwise");
            }
        }

        if (backups is { } kept)
        {
            job.Set("log.max_files", Math.Min(kept.Value + 1, 10_000).ToString(), kept.Entry.Line);
        }
    }

    private static string InWords(ulong bytes) =>
        bytes % (1UL << 30) == 0 ? $"{bytes >> 30}GiB" : bytes % (1UL << 20) == 0 ? $"{bytes >> 20}MiB" : bytes % 1024 == 0 ? $"{bytes >> 10}KiB" : bytes.ToString();
}
