using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Jobs;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>What was found at a start.</summary>
/// <param name="Entries">What is owed.</param>
/// <param name="File">The file to go on with; null: a new one is made at the first write.</param>
/// <param name="LastNumber">Number of the last frame.</param>
/// <param name="Blocked">Why nothing may be written there; null: it may.</param>
/// <param name="Remarks">What people have to be told, a line each; the second says whether it is bad.</param>
internal sealed record JournalOpening(OwedEntries Entries, JournalFile? File, ulong LastNumber, string? Blocked, IReadOnlyList<(string Text, bool IsBad)> Remarks)
{
    /// <summary>Reads what stands at <paramref name="path"/>. Whatever it is, nothing of it is lost: what cannot be used is set aside under another name.</summary>
    public static JournalOpening Of(string path, DateTimeOffset now)
    {
        var remarks = new List<(string, bool)>();
        byte[] bytes;
        try
        {
            bytes = System.IO.File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(new(), null, 0, null, []);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return new(new(), null, 0, $"{path} cannot be read ({FailureText.Of(unread)})",
                [($"the cleanup journal {path} cannot be read: {FailureText.Of(unread)}; what it owes is not run, and it is left as it is", true)]);
        }

        var scan = JournalScan.Of(bytes);
        if (scan.Header is Frame.Header.Newer)
        {
            var kept = SetAside(path, $"version-{scan.Version}", now, out var blocked);
            remarks.Add(($"the cleanup journal {path} was written by a newer supervisor (format {scan.Version}, this one knows {Frame.Version}): "
                + $"what it owes is not run; {kept}", true));
            return new(new(), null, 0, blocked, remarks);
        }

        var entries = new OwedEntries();
        foreach (var record in scan.Records)
        {
            entries.Apply(record);
        }

        return scan.IsSound ? GoOn(path, bytes.Length, scan, entries, remarks) : Salvage(path, scan, entries, now, remarks, bytes.Length);
    }

    /// <summary>The journal is another supervisor's: it is neither read nor written.</summary>
    public static JournalOpening OfAnother(string directory) => new(new(), null, 0, $"another supervisor keeps its journal in {directory}",
        [($"another supervisor uses the state directory {directory}: the cleanup journal there is left to it (the key 'supervisor.state_directory' gives this one its own)", true)]);

    private static JournalOpening GoOn(string path, int length, JournalScan scan, OwedEntries entries, List<(string, bool)> remarks)
    {
        if (scan.TornBytes > 0)
        {
            remarks.Add(($"the last {scan.TornBytes} bytes of the cleanup journal {path} were never completely written (the supervisor was killed, or the power failed): "
                + "dropped; nothing of it had been promised", false));
        }

        try
        {
            return new(entries, JournalFile.GoOn(path, length, scan.End), scan.LastNumber, null, remarks);
        }
        catch (ErrnoException)
        {
            // A new file is tried at the first write; why that fails, if it does, is told then.
            return new(entries, null, scan.LastNumber, null, remarks);
        }
    }

    private static JournalOpening Salvage(string path, JournalScan scan, OwedEntries entries, DateTimeOffset now, List<(string, bool)> remarks, int length)
    {
        if (length == 0)
        {
            return new(entries, null, 0, null, []);
        }

        var kept = SetAside(path, "damaged", now, out var blocked);
        var what = scan.Header is Frame.Header.Unknown ? "does not begin as one" : $"has {scan.DamagedBytes} damaged bytes amid its records";
        remarks.Add(($"the cleanup journal {path} {what}: {scan.Records.Count} whole records were found and {entries.Count} runs with hooks are owed by them; "
            + $"a hook whose record is lost is not run, one whose end is lost runs again; {kept}", true));
        return new(entries, null, scan.LastNumber, blocked, remarks);
    }

    private static string SetAside(string path, string word, DateTimeOffset now, out string? blocked)
    {
        var aside = $"{path}.{word}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        blocked = null;
        if (stdio_h.rename(path, aside) == 0)
        {
            return $"it is kept as {aside}";
        }

        var why = Errno.Text(Marshal.GetLastPInvokeError());
        blocked = $"{path} is not one that this supervisor may write over, and cannot be set aside ({why})";
        return $"it could not be set aside as {aside} ({why}), so it is left as it is and nothing new is written";
    }
}
