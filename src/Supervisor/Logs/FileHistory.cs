using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>Lines of the current and the older files of one stream, between two places.</summary>
/// <param name="settings">Which files.</param>
/// <param name="generations">Which file is of which generation.</param>
/// <param name="stream">What their lines are of.</param>
/// <param name="from">Where to begin; null: with the oldest that is there.</param>
/// <param name="to">Where to end.</param>
/// <param name="withPartial">Whether an unfinished last line counts.</param>
internal sealed class FileHistory(
    FileSettings settings, FileGenerations generations, LogStream stream, FilePosition? from, FilePosition to, bool withPartial)
{
    private const int BlockSize = 64 * 1024;

    /// <summary>The last lines of them, oldest first; null: all.</summary>
    public IEnumerable<LogLine> Lines(int? most)
    {
        var parts = OpenAll();
        try
        {
            foreach (var line in Split(most is { } limit ? LastLines(parts, limit) : parts))
            {
                yield return Line(line);
            }
        }
        finally
        {
            parts.ForEach(part => part.Handle.Dispose());
        }
    }

    // A file does not say when a line without a stamp came, and a wrong time is worse than none.
    private LogLine Line(byte[] text) => settings.Spec.Timestamp && TimestampFormat.TryParse(text, out var at)
        ? new(at, stream, text.AsMemory(TimestampFormat.Length))
        : new(null, stream, text);

    // Oldest first, each with the part of it that is wanted. A rotation after this does not concern us: these files are open.
    private List<FilePart> OpenAll()
    {
        var parts = new List<FilePart>();
        lock (generations.Renaming)
        {
            for (var number = 0; number < Math.Max(1, settings.Spec.MaxFiles); number++)
            {
                var generation = number == 0 ? generations.Current : generations.Older(number);
                if (generation <= to.Generation && generation >= (from?.Generation ?? long.MinValue) && Open(number) is { } handle)
                {
                    var length = RandomAccess.GetLength(handle);
                    parts.Insert(0, new(
                        handle,
                        generation == from?.Generation ? from.Value.Offset : 0,
                        generation == to.Generation ? Math.Min(to.Offset, length) : length));
                }
            }
        }

        return parts;
    }

    private SafeFileHandle? Open(int number)
    {
        try
        {
            return File.OpenHandle(number == 0 ? settings.Path : settings.Older(number), share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // Looks back from the end for the start of the last lines, so that a long history is not read for a few lines.
    private List<FilePart> LastLines(List<FilePart> parts, int most)
    {
        var block = new byte[BlockSize];
        var (newlines, later) = (0, 0L);
        for (var i = parts.Count - 1; i >= 0 && most > 0; i--)
        {
            var (handle, start, end) = parts[i];
            for (var at = end; at > start;)
            {
                var wanted = (int)Math.Min(block.Length, at - start);
                at -= wanted;
                for (var left = RandomAccess.Read(handle, block.AsSpan(0, wanted), at); left > 0;)
                {
                    left = block.AsSpan(0, left).LastIndexOf((byte)'\n');
                    // An end without a newline is a line only for who wants it.
                    newlines += left < 0 ? 0 : newlines == 0 && withPartial && later + end > at + left + 1 ? 2 : 1;
                    if (newlines > most)
                    {
                        return [new(handle, at + left + 1, end), .. parts[(i + 1)..]];
                    }
                }
            }

            later += end - start;
        }

        return most > 0 ? parts : [];
    }

    private IEnumerable<byte[]> Split(List<FilePart> parts)
    {
        var block = new byte[BlockSize];
        var carry = new List<byte>();
        foreach (var (handle, start, end) in parts)
        {
            for (var at = start; at < end;)
            {
                var count = RandomAccess.Read(handle, block.AsSpan(0, (int)Math.Min(block.Length, end - at)), at);
                if (count == 0)
                {
                    break;
                }

                at += count;
                for (var done = 0; done < count;)
                {
                    var newline = block.AsSpan(done, count - done).IndexOf((byte)'\n');
                    carry.AddRange(block.AsSpan(done, newline < 0 ? count - done : newline));
                    done = newline < 0 ? count : done + newline + 1;
                    if (newline >= 0)
                    {
                        yield return carry.ToArray();
                        carry.Clear();
                    }
                }
            }
        }

        if (withPartial && carry.Count > 0)
        {
            yield return carry.ToArray();
        }
    }

    private readonly record struct FilePart(SafeFileHandle Handle, long Start, long End);
}
