using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Lines of the current and the older files of one stream, between two places.</summary>
/// <param name="settings">Which files.</param>
/// <param name="generations">Which file is of which generation.</param>
/// <param name="stream">What their lines are of.</param>
/// <param name="from">Where to begin; null: with the oldest that is there.</param>
/// <param name="to">Where to end.</param>
/// <param name="since">Files whose last line is older are left out, and lines that are known to be; null: none.</param>
/// <param name="withPartial">Whether an unfinished last line counts.</param>
internal sealed class FileHistory(
    FileSettings settings, FileGenerations generations, LogStream stream, FilePosition? from, FilePosition to, DateTimeOffset? since, bool withPartial)
{
    /// <summary>A longer line is given in pieces of this length, so that a reader's memory is bounded.</summary>
    public const int LongestLine = 1024 * 1024;

    /// <summary>The last lines of them, oldest first; null: all.</summary>
    public IEnumerable<LogLine> Lines(int? most)
    {
        var parts = OpenAll();
        try
        {
            foreach (var line in Split(most is { } limit ? LastLines(parts, limit) : parts))
            {
                if (since is null || line.At is not { } at || at >= since)
                {
                    yield return line;
                }
            }
        }
        finally
        {
            parts.ForEach(part => part.Handle.Dispose());
        }
    }

    // Oldest first, each with the part of it that is wanted. A rotation after this does not concern us: these files are open.
    private List<FilePart> OpenAll()
    {
        var parts = new List<FilePart>();
        lock (generations.Renaming)
        {
            for (var number = 0; number < Math.Max(1, settings.Spec.MaxFiles); number++)
            {
                var generation = number == 0 ? generations.Current : generations.Older(number);
                if (generation <= to.Generation && generation >= (from?.Generation ?? long.MinValue) && Open(number, generation) is { } part)
                {
                    parts.Insert(0, part);
                }
            }
        }

        return parts;
    }

    private FilePart? Open(int number, long generation)
    {
        var (path, isCompressed) = (number == 0 ? settings.Path : settings.Older(number), false);
        var handle = Open(path);
        if (handle is null && number > 0)
        {
            (path, isCompressed) = (settings.Compressed(number), true);
            handle = Open(path);
        }

        if (handle is null)
        {
            return null;
        }

        if (since is { } time && File.GetLastWriteTimeUtc(handle) < time.UtcDateTime)
        {
            handle.Dispose();
            return null;
        }

        var length = isCompressed ? long.MaxValue : RandomAccess.GetLength(handle);
        return new(
            handle,
            path,
            isCompressed,
            generation == from?.Generation ? from.Value.Offset : 0,
            generation == to.Generation ? Math.Min(to.Offset, length) : length,
            generation);
    }

    private static SafeFileHandle? Open(string path)
    {
        try
        {
            return File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // From the end, so that a long history is not read for a few lines.
    private List<FilePart> LastLines(List<FilePart> parts, int most)
    {
        // An end without a newline is a line only for who wants it.
        var left = most - (withPartial && parts is [.., var last] && last.EndsInLine() ? 1 : 0);
        for (var i = parts.Count - 1; i >= 0 && left >= 0 && most > 0; i--)
        {
            if (StartOfLast(parts[i], left, out var newlines) is { } start)
            {
                return [parts[i].From(start), .. parts[(i + 1)..]];
            }

            left -= newlines;
        }

        return most > 0 ? parts : [];
    }

    private static long? StartOfLast(FilePart part, int most, out int newlines)
    {
        try
        {
            return part.StartOfLast(most, out newlines);
        }
        catch (InvalidDataException)
        {
            // Told where it is read.
            newlines = 0;
            return null;
        }
    }

    private IEnumerable<LogLine> Split(List<FilePart> parts)
    {
        var lines = new LineReader(settings.Spec, stream, LongestLine);
        foreach (var part in parts)
        {
            using var blocks = part.Blocks().GetEnumerator();
            byte[]? damage;
            while (Next(blocks, part, out damage))
            {
                for (var rest = blocks.Current; !rest.IsEmpty;)
                {
                    if (lines.Take(ref rest) is { } line)
                    {
                        yield return line;
                    }
                }
            }

            if (damage is not null)
            {
                yield return new(null, stream, damage);
            }
        }

        if (withPartial && lines.TakeRest() is { } unfinished)
        {
            yield return unfinished;
        }
    }

    private static bool Next(IEnumerator<ReadOnlyMemory<byte>> blocks, FilePart part, out byte[]? damage)
    {
        damage = null;
        try
        {
            return blocks.MoveNext();
        }
        catch (InvalidDataException damaged)
        {
            damage = System.Text.Encoding.UTF8.GetBytes($"[supervisor: {part.Path} is damaged, its rest cannot be read: {damaged.Message}]");
            return false;
        }
    }
}
