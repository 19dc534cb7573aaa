using System.Globalization;
using System.IO.Compression;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>The older files of one instance, both streams: what <c>max_age</c>, <c>compress</c> and <c>max_total</c> do to them.</summary>
internal sealed class OlderFiles
{
    // Otherwise the current file would match, too.
    private static readonly EnumerationOptions _simple = new() { MatchType = MatchType.Simple, AttributesToSkip = 0 };

    private static readonly TimeSpan _afterRefusal = TimeSpan.FromMinutes(1);

    private readonly JobLog _log;
    private readonly LogSpec _spec;
    private readonly List<(FileSettings Settings, FileGenerations Generations)> _streams = [];

    public OlderFiles(JobLog log, string directory)
    {
        (_log, _spec) = (log, log.Spec);
        foreach (var stream in (ReadOnlySpan<LogStream>)[LogStream.Stdout, LogStream.Stderr])
        {
            if ((stream == LogStream.Stdout ? _spec.Stdout : _spec.Stderr).Kind == LogTargetKind.File)
            {
                _streams.Add((new(directory, FileSettings.NameOf(log.Account.Name, stream == LogStream.Stderr), _spec), log.Files(stream)));
            }
        }
    }

    /// <summary>Does everything that is due.</summary>
    /// <returns>When the next file gets too old; null: none does.</returns>
    public DateTimeOffset? Tend(DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            RemoveOld(now);
            if (_spec.Compress)
            {
                _streams.ForEach(stream => Compress(stream.Settings, stream.Generations, cancellation));
            }

            RemoveSurplus();
            _log.KeeperFails(null);
            return Due();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _log.KeeperFails($"older files: {refused.Message}; it is tried again at the next rotation or run");
            return _spec.MaxAge is null ? null : now + _afterRefusal;
        }
    }

    private DateTimeOffset? Due() => _spec.MaxAge is { } age
        ? _streams.SelectMany(stream => Listed(stream.Settings, stream.Generations)).Select(file => (DateTimeOffset?)file.LastLine + age).Min()
        : null;

    // Not while a rotation renames them.
    private static List<OldFile> Listed(FileSettings settings, FileGenerations generations)
    {
        lock (generations.Renaming)
        {
            return [.. Files(settings)];
        }
    }

    private void RemoveOld(DateTimeOffset now)
    {
        if (_spec.MaxAge is not { } age)
        {
            return;
        }

        foreach (var (settings, generations) in _streams)
        {
            lock (generations.Renaming)
            {
                foreach (var file in Files(settings).Where(file => now - file.LastLine >= age))
                {
                    File.Delete(file.Path);
                }
            }
        }
    }

    // The current files count with what they may grow to, so that the limit holds between two rotations.
    private void RemoveSurplus()
    {
        if (_spec.MaxTotal is not { } most)
        {
            return;
        }

        var room = most - (_streams.Count * _spec.MaxSize);
        foreach (var (_, generations) in _streams)
        {
            generations.Renaming.Enter();
        }

        try
        {
            foreach (var file in _streams.SelectMany(stream => Files(stream.Settings)).OrderByDescending(file => file.LastLine).ThenBy(file => file.Number))
            {
                room -= file.Length;
                if (room < 0)
                {
                    File.Delete(file.Path);
                }
            }
        }
        finally
        {
            foreach (var (_, generations) in _streams)
            {
                generations.Renaming.Exit();
            }
        }
    }

    private static void Compress(FileSettings settings, FileGenerations generations, CancellationToken cancellation)
    {
        if (!Directory.Exists(settings.Directory))
        {
            // The log thread makes it with the first line, and File.Delete below would take its lack for a failure.
            return;
        }

        File.Delete(settings.Unfinished);
        foreach (var number in Listed(settings, generations).Where(file => !file.IsCompressed).Select(file => file.Number).OrderDescending())
        {
            FileStream? source;
            long generation;
            lock (generations.Renaming)
            {
                // It may have another number by now, or be gone: then it is another's turn.
                source = File.Exists(settings.Older(number)) ? File.OpenRead(settings.Older(number)) : null;
                generation = generations.Older(number);
            }

            using (source)
            {
                if (source is not null && Compress(source, settings.Unfinished, cancellation))
                {
                    Replace(settings, generations, generation);
                }
            }
        }
    }

    private static bool Compress(FileStream source, string path, CancellationToken cancellation)
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        try
        {
            using var target = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Mode });
            using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
            {
                var block = new byte[64 * 1024];
                for (int count; (count = source.Read(block)) > 0;)
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        break;
                    }

                    gzip.Write(block, 0, count);
                }
            }

            // On the disk before it takes the place of what it was made of.
            target.Flush(flushToDisk: true);
            File.SetLastWriteTimeUtc(target.SafeFileHandle, File.GetLastWriteTimeUtc(source.SafeFileHandle));
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }

        if (cancellation.IsCancellationRequested)
        {
            File.Delete(path);
        }

        return !cancellation.IsCancellationRequested;
    }

    private static void Replace(FileSettings settings, FileGenerations generations, long generation)
    {
        lock (generations.Renaming)
        {
            var number = generations.NumberOf(generation);
            if (number > 0 && File.Exists(settings.Older(number)))
            {
                // A crash between the two leaves both, and the next start compresses it again.
                File.Move(settings.Unfinished, settings.Compressed(number), overwrite: true);
                File.Delete(settings.Older(number));
            }
            else
            {
                File.Delete(settings.Unfinished);
            }
        }
    }

    private static IEnumerable<OldFile> Files(FileSettings settings)
    {
        var directory = new DirectoryInfo(settings.Directory);
        foreach (var file in directory.Exists ? directory.GetFiles(settings.FileName + ".*", _simple) : [])
        {
            var ending = file.Name.AsSpan(settings.FileName.Length + 1);
            var isCompressed = ending.EndsWith(".gz");
            if (int.TryParse(isCompressed ? ending[..^3] : ending, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                yield return new(number, file.FullName, isCompressed, file.Length, file.LastWriteTimeUtc);
            }
        }
    }

    private readonly record struct OldFile(int Number, string Path, bool IsCompressed, long Length, DateTimeOffset LastLine);
}
