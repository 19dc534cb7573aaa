using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.SharedMemory;

/// <summary>The board and the regions of one instance: what is missing is made when an attempt begins.</summary>
internal sealed class JobMemory(Boards boards, InstanceName name, bool board, Sequence<RegionSpec> regions, TimeProvider time) : IJobMemory, IDisposable
{
    /// <summary>The variable that tells a program the number of its board's descriptor.</summary>
    public const string BoardVariable = "SUPERVISOR_BOARD_FD";

    private readonly List<Region> _held = [];
    private Board? _board;
    private bool _wantsBoard = board;
    private Sequence<RegionSpec> _wanted = regions;

    /// <inheritdoc/>
    public Sequence<InheritedDescriptor> Descriptors { get; private set; } = [];

    /// <inheritdoc/>
    public ulong? Heartbeat => _board?.Heartbeat;

    /// <inheritdoc/>
    public void Reconfigure(bool board, Sequence<RegionSpec> regions)
    {
        (_wantsBoard, _wanted) = (board, regions);
        foreach (var region in _held.Where(region => !regions.Contains(region.Spec)).ToList())
        {
            _held.Remove(region);
            boards.GiveBack(name, region);
        }

        if (!board)
        {
            CloseBoard();
        }
    }

    /// <inheritdoc/>
    public void BeginAttempt()
    {
        GoOn();
        _board?.BeginAttempt();
    }

    /// <inheritdoc/>
    public void GoOn()
    {
        if (_wantsBoard && _board is null)
        {
            _board = new(name, boards.Holder);
            boards.Show(name, _board.Reader);
        }

        foreach (var spec in _wanted.Where(spec => !_held.Exists(region => region.Spec == spec)))
        {
            _held.Add(boards.Hold(name, spec));
        }

        Descriptors = Inherited().ToSequence();
    }

    /// <inheritdoc/>
    public void Publish(in BoardFacts facts) => _board?.Publish(facts, Nanoseconds(time));

    /// <inheritdoc/>
    public void Close()
    {
        CloseBoard();
        _held.ForEach(region => boards.GiveBack(name, region));
        _held.Clear();
        Descriptors = [];
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>CLOCK_MONOTONIC in ns: what the timestamp of the system's time provider is on Linux.</summary>
    internal static long Nanoseconds(TimeProvider time) => time.GetTimestamp() * (1_000_000_000 / time.TimestampFrequency);

    private IEnumerable<InheritedDescriptor> Inherited()
    {
        if (_board is not null)
        {
            yield return new((int)_board.File.DangerousGetHandle(), BoardVariable);
        }

        foreach (var spec in _wanted)
        {
            yield return new((int)_held.Find(region => region.Spec == spec)!.File.DangerousGetHandle(), spec.Variable);
        }
    }

    private void CloseBoard()
    {
        if (_board is not null)
        {
            boards.Hide(name, _board.Reader);
            _board.Dispose();
            _board = null;
        }
    }
}
