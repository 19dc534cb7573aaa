using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>Lines of the current and the older files of one stream, between two places.</summary>
/// <param name="settings">Which files.</param>
/// <param name="stream">What their lines are of.</param>
/// <param name="from">Where to begin; null: with the oldest that is there.</param>
/// <param name="to">Where to end; its generation is that of the current file.</param>
/// <param name="withPartial">Whether an unfinished last line counts.</param>
internal sealed class FileHistory(FileSettings settings, LogStream stream, FilePosition? from, FilePosition to, bool withPartial)
{
    private const int BlockSize = 64 * 1024;

    /// <summary>The last lines of them, oldest first; null: all.</summary>
    public IEnumerable<LogLine> Lines(int? most)
    {
        var files = OpenAll();
        try
        {
            var skip = most is { } limit ? Math.Max(0, Split(files).LongCount() - limit) : 0;
            foreach (var line in Split(files))
            {
                if (skip-- <= 0)
                {
                    yield return Line(line);
                }
            }
        }
        finally
        {
            files.ForEach(file => file.Handle.Dispose());
        }
    }

    private LogLine Line(byte[] text) => settings.Spec.Timestamp && TimestampFormat.TryParse(text, out var at)
        ? new(at, stream, text.AsMemory(TimestampFormat.Length))
        : new(DateTimeOffset.UnixEpoch, stream, text);

    // Oldest first, each with the part of it that is wanted.
    private List<(SafeFileHandle Handle, long Start, long End)> OpenAll()
    {
        var files = new List<(SafeFileHandle Handle, long Start, long End)>();
        for (var number = 0; number < Math.Max(1, settings.Spec.MaxFiles); number++)
        {
            var path = number == 0 ? settings.Path : settings.Older(number);
            var generation = to.Generation - number;
            if (!File.Exists(path) || generation < from?.Generation)
            {
                break;
            }

            var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var end = number == 0 && to.Offset > 0 ? Math.Min(to.Offset, RandomAccess.GetLength(handle)) : RandomAccess.GetLength(handle);
            files.Insert(0, (handle, generation == from?.Generation ? from.Value.Offset : 0, end));
        }

        return files;
    }

    private IEnumerable<byte[]> Split(List<(SafeFileHandle Handle, long Start, long End)> files)
    {
        var block = new byte[BlockSize];
        var carry = new List<byte>();
        foreach (var (handle, start, end) in files)
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
}
