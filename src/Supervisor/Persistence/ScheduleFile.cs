using System.Globalization;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Persistence;

/// <summary>
/// The file <c>schedules</c> in the state directory: a line for each instance with <c>catch_up</c>, its name and when its last run was due (RFC 3339). Replaced as a
/// whole, written by the pool; what comes while it is being written goes into the next writing. What could not be written is told, and
/// written with the next run.
/// </summary>
public sealed class ScheduleFile : IScheduleMemory
{
    private readonly string _path;
    private readonly Action<string> _tell;
    private readonly object _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _runs;
    private Task _writing = Task.CompletedTask;
    private bool _isDue;

    /// <summary>Reads what there is; a file that cannot be read is told and counts as empty.</summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="tell">Where failures are told.</param>
    public ScheduleFile(string directory, Action<string> tell)
    {
        (_path, _tell) = (Path.Combine(directory, "schedules"), tell);
        _runs = Read();
    }

    /// <inheritdoc/>
    public DateTimeOffset? LastRun(InstanceName name)
    {
        lock (_gate)
        {
            return _runs.TryGetValue(name.ToString(), out var at) ? at : null;
        }
    }

    /// <inheritdoc/>
    public void Ran(InstanceName name, DateTimeOffset nominal)
    {
        lock (_gate)
        {
            _runs[name.ToString()] = nominal;
            _isDue = true;
            if (_writing.IsCompleted)
            {
                _writing = Task.Run(Write);
            }
        }
    }

    /// <summary>Ends when everything that was handed in has been written.</summary>
    public Task Written()
    {
        lock (_gate)
        {
            return _writing;
        }
    }

    private void Write()
    {
        while (true)
        {
            var text = new StringBuilder();
            lock (_gate)
            {
                if (!_isDue)
                {
                    // Under the lock: who comes after this starts a writing of its own.
                    _writing = Task.CompletedTask;
                    return;
                }

                _isDue = false;
                foreach (var (name, at) in _runs)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}\t{at:O}\n");
                }
            }

            Replace(text.ToString());
        }
    }

    private void Replace(string text)
    {
        var next = _path + ".new";
        try
        {
            using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(next, _path, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _tell($"the times of the last scheduled runs were not written to {_path}: {FailureText.Of(refused)}; after a restart of the supervisor `catch_up` may run a job once more than it should (tried again at the next run)");
        }
    }

    private Dictionary<string, DateTimeOffset> Read()
    {
        var runs = new Dictionary<string, DateTimeOffset>();
        try
        {
            foreach (var line in File.Exists(_path) ? File.ReadAllLines(_path) : [])
            {
                if (line.Split('\t') is [var name, var time] && DateTimeOffset.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at))
                {
                    runs[name] = at;
                }
                else
                {
                    _tell($"{_path}: a line that is not understood is left out: '{line}'");
                }
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _tell($"the times of the last scheduled runs are unknown: {_path}: {FailureText.Of(refused)}; missed runs are not made up for");
        }

        return runs;
    }
}
