using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Supervisor.Engine;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Upgrade;

/// <summary>
/// The record of the world that the next supervisor goes on from when this one is killed: a file of JSON lines in the state directory. The first line is the
/// whole, each further one an instance that has changed since; many changes make one write, off the engine's thread. Not synced: it is for the death of a process,
/// and after the death of the machine nothing of it is true any more (the boot id tells).
/// </summary>
/// <param name="path">The file.</param>
/// <param name="head">The whole without its instances.</param>
/// <param name="holder">Gets the names back whose descriptors may go, once the record no longer needs them.</param>
/// <param name="warn">Hears when it cannot be written, and when it works again.</param>
public sealed class WorldRecord(string path, Func<Handover> head, DescriptorHolder holder, Action<string> warn) : IWorldRecord, IThreadPoolWorkItem, IDisposable
{
    /// <summary>Name of the file in the state directory.</summary>
    public const string FileName = "world.jsonl";

    // Ends and stories make most of an instance's line; the newest are enough after a crash.
    private const int KeptExits = 10;
    private const int KeptStory = 10;
    private const long LeastBeforeRewrite = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<InstanceName, InstanceWorld> _all = [];
    private Dictionary<InstanceName, InstanceWorld> _changed = [];
    private List<string> _released = [];
    private ImmutableArray<InstanceName>? _names;
    private ConfigurationText? _text;
    private ConfigurationText? _writtenText;
    private long _sequence;
    private bool _works;
    private bool _ended;
    private SafeFileHandle? _file;
    private long _length;
    private long _base;
    private bool _inTrouble;

    /// <inheritdoc/>
    public void Changed(ImmutableArray<InstanceWorld> instances, ImmutableArray<InstanceName>? all, ConfigurationText? text, long sequence)
    {
        lock (_gate)
        {
            foreach (var instance in instances)
            {
                _changed[instance.Name] = instance;
            }

            // What was released up to here is told by these changes: it may go when they are written.
            _released.AddRange(holder.TakeReleased());
            (_names, _text, _sequence) = (all ?? _names, text, sequence);
            if (_works || _ended)
            {
                return;
            }

            _works = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Writes the first one, before anything is started: from then on nothing is started without a record.</summary>
    public void Begin(ConfigurationText? text)
    {
        _text = text;
        try
        {
            Rewrite();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Tell(FailureText.Of(failure));
        }
    }

    /// <summary>The supervisor has ended as it should: nobody is to go on from here.</summary>
    public void Delete()
    {
        End();
        File.Delete(path);
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    void IThreadPoolWorkItem.Execute()
    {
        while (Take() is { } batch)
        {
            try
            {
                Write(batch.Changed, batch.All);
                holder.RemoveFromStore(batch.Released);
                Tell(null);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _file?.Dispose();
                _file = null;
                Tell(FailureText.Of(failure));
                GiveBack(batch.Released);
                return;
            }
        }
    }

    private sealed record Batch(Dictionary<InstanceName, InstanceWorld> Changed, ImmutableArray<InstanceName>? All, List<string> Released);

    private Batch? Take()
    {
        lock (_gate)
        {
            if (_ended || (_changed.Count == 0 && _names is null && _released.Count == 0))
            {
                _works = false;
                return null;
            }

            var batch = new Batch(_changed, _names, _released);
            (_changed, _names, _released) = ([], null, []);
            return batch;
        }
    }

    // The next change tries again, with all of it.
    private void GiveBack(List<string> released)
    {
        lock (_gate)
        {
            _released.InsertRange(0, released);
            _works = false;
        }
    }

    private void Write(Dictionary<InstanceName, InstanceWorld> changed, ImmutableArray<InstanceName>? all)
    {
        foreach (var (name, instance) in changed)
        {
            _all[name] = Short(instance);
        }

        if (all is { } names)
        {
            foreach (var gone in _all.Keys.Except(names).ToList())
            {
                _all.Remove(gone);
            }
        }

        if (_file is null || all is not null || !ReferenceEquals(_text, _writtenText) || _length > Math.Max(LeastBeforeRewrite, 4 * _base))
        {
            Rewrite();
            return;
        }

        using var lines = new MemoryStream();
        foreach (var name in changed.Keys)
        {
            JsonSerializer.Serialize(lines, _all[name], HandoverJson.Default.InstanceWorld);
            lines.WriteByte((byte)'\n');
        }

        RandomAccess.Write(_file, lines.GetBuffer().AsSpan(0, (int)lines.Length), _length);
        _length += lines.Length;
    }

    private void Rewrite()
    {
        var whole = head();
        whole = whole with { Format = Handover.FormatOf(_all.Values), Configuration = _text, World = whole.World with { Sequence = _sequence, Instances = [.. _all.Values] } };
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(whole, HandoverJson.Default.Handover), (byte)'\n'];
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var file = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            // The configuration may have secrets in it.
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).SafeFileHandle;
        RandomAccess.Write(file, line, 0);
        File.Move(unfinished, path, overwrite: true);
        _file?.Dispose();
        (_file, _length, _base, _writtenText) = (file, line.Length, line.Length, _text);
    }

    private static InstanceWorld Short(InstanceWorld instance) => instance with
    {
        Story = instance.Story.Length <= KeptStory ? instance.Story : [.. instance.Story.AsSpan()[^KeptStory..]],
        State = instance.State.Exits.Length <= KeptExits ? instance.State : instance.State with { Exits = [.. instance.State.Exits.Take(KeptExits)] },
    };

    private void Tell(string? failure)
    {
        if (failure is not null && !_inTrouble)
        {
            warn($"{path} cannot be written ({failure}): until it can, a crash of the supervisor would go on from an older state");
        }
        else if (failure is null && _inTrouble)
        {
            warn($"{path} is written again");
        }

        _inTrouble = failure is not null;
    }

    private void End()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }
}
