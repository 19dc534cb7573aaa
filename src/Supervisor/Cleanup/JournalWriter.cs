using System.Numerics;
using Supervisor.Jobs;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>
/// Puts records into the file, and knows what they amount to: so it can make the file anew whenever the old one is full, damaged or gone. When a new
/// obligation is taken over, room is kept for all that will have to be said about it: a disk that is full by then does not keep a hook from being told as done.
/// One caller at a time.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private const int LeastCapacity = 64 * 1024;
    private const int MostCapacity = 256 * 1024 * 1024;

    // Started, Ended (with its variables) and Closed of an attempt; HookBegan and HookDone of a hook. Compared with real records by a test.
    internal const int ReservePerEntry = 1024;
    internal const int ReservePerHook = 512;

    private readonly string _path;
    private readonly string? _blocked;
    private readonly OwedEntries _entries;
    private readonly HashSet<string> _unrecorded = [];
    private JournalFile? _file;
    private ulong _number;

    /// <summary>Goes on from what was found.</summary>
    public JournalWriter(string path, JournalOpening opening)
    {
        (_path, _blocked, _entries, _file, _number) = (path, opening.Blocked, opening.Entries, opening.File, opening.LastNumber);
    }

    /// <summary>Writes groups of records and waits for the disk, once. For each group why it is not on disk; null: it is.</summary>
    public IReadOnlyList<string?> Write(IEnumerable<IReadOnlyList<CleanupRecord>> groups)
    {
        var all = groups.ToList();
        if (_blocked is not null)
        {
            return all.ConvertAll<string?>(_ => _blocked);
        }

        var problems = new string?[all.Count];
        try
        {
            var isFresh = _file is not { IsInPlace: true };
            for (var index = 0; index < all.Count; index++)
            {
                foreach (var record in all[index])
                {
                    _entries.Apply(record);
                    problems[index] ??= isFresh ? null : Append(record, ref isFresh);
                }
            }

            if (isFresh)
            {
                Renew();
            }
            else
            {
                _file!.Sync();
            }
        }
        catch (ErrnoException failed)
        {
            // What of it is on disk is not known: the next write makes it anew, from what is known here.
            Forget();
            Array.Fill(problems, InWords(failed));
        }

        return problems;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // Why it is not in the file; isFresh: a new file is to be made of everything instead.
    private string? Append(CleanupRecord record, ref bool isFresh)
    {
        if (_unrecorded.Contains(record.Id))
        {
            if (record is CleanupRecord.Closed)
            {
                _unrecorded.Remove(record.Id);
                return null;
            }

            // Once there is room, the whole of it is recorded.
            return TryRenew() is { } still ? still : null;
        }

        var frame = FrameOf(record);
        var isNew = record is CleanupRecord.Owed or CleanupRecord.Registered;
        if (frame.Length + (isNew ? Reserve() : 0) <= _file!.Free)
        {
            _file.Append(frame);
            return null;
        }

        if (TryRenew() is not { } problem)
        {
            return null;
        }

        if (record is CleanupRecord.Owed)
        {
            _unrecorded.Add(record.Id);
        }

        return problem;
    }

    // A larger file with all that is owed; when it cannot be had, the old one stays in use: what room is kept in it is for what it holds.
    private string? TryRenew()
    {
        try
        {
            Renew();
            return null;
        }
        catch (ErrnoException failed) when (failed.Number is Errno.ENOSPC or Errno.EDQUOT)
        {
            return InWords(failed);
        }
    }

    private void Renew()
    {
        var frames = _entries.All.SelectMany(entry => entry.Records()).Select(FrameOf).ToList();
        var needed = (long)Frame.HeaderSize + frames.Sum(frame => (long)frame.Length) + Reserve();
        var capacity = Math.Max(LeastCapacity, (long)BitOperations.RoundUpToPowerOf2((ulong)needed * 2));
        if (capacity > MostCapacity)
        {
            throw new ErrnoException("posix_fallocate", Errno.ENOSPC, $"{_path}; more than {MostCapacity} bytes");
        }

        var renewed = JournalFile.Create(_path, (int)capacity, frames);
        _file?.Dispose();
        _file = renewed;
        _unrecorded.Clear();
    }

    private void Forget()
    {
        _file?.Dispose();
        _file = null;
    }

    private byte[] FrameOf(CleanupRecord record)
    {
        var (kind, payload) = RecordJson.Write(record);
        if (payload.Length > Frame.MostPayload)
        {
            throw new ErrnoException("write", Errno.E2BIG, $"a record of {payload.Length} bytes");
        }

        return Frame.Write(++_number, kind, payload);
    }

    private int Reserve() => _entries.All.Sum(entry => ReservePerEntry + (entry.Hooks.Count * ReservePerHook));

    private static string InWords(ErrnoException failed) => failed.Message;
}
