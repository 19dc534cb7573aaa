using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Shared memory of floor 2: heartbeats beat when the test says so, and what the supervisor writes is kept.</summary>
internal sealed class FakeBoards : IBoards
{
    public List<FakeBoard> Opened { get; } = [];

    /// <summary>The newest board of an instance.</summary>
    public FakeBoard this[string name] => Opened.Last(board => board.Name.ToString() == name);

    public IJobMemory Open(InstanceName name, bool board, Sequence<RegionSpec> regions)
    {
        var opened = new FakeBoard(name, board, regions);
        Opened.Add(opened);
        return opened;
    }

    internal sealed class FakeBoard(InstanceName name, bool board, Sequence<RegionSpec> regions) : IJobMemory
    {
        private ulong _beats;

        public InstanceName Name => name;

        public Sequence<RegionSpec> Regions { get; private set; } = regions;

        public int Attempts { get; private set; }

        public bool Closed { get; private set; }

        public BoardFacts Facts { get; private set; }

        public Sequence<InheritedDescriptor> Descriptors { get; } =
            (board ? [new InheritedDescriptor(100, "SUPERVISOR_BOARD_FD")] : Sequence<InheritedDescriptor>.Empty).Concat(
                regions.Select(region => new InheritedDescriptor(101, region.Variable))).ToSequence();

        public ulong? Heartbeat => board ? _beats : null;

        public void Beat() => _beats++;

        public void Reconfigure(bool board, Sequence<RegionSpec> regions) => Regions = regions;

        public void BeginAttempt()
        {
            Assert.False(Closed, "a closed board was used");
            Attempts++;
            _beats = 0;
        }

        public void GoOn() => Assert.False(Closed, "a closed board was used");

        public void Publish(in BoardFacts facts)
        {
            Assert.False(Closed, "a closed board was written");
            Facts = facts;
        }

        public void Close()
        {
            Assert.False(Closed, "a board was closed twice");
            Closed = true;
        }
    }
}
