using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Probes of floor 2: they are answered when the test says.</summary>
internal sealed class FakeProbes(IEngineInbox inbox) : IProbes
{
    public List<FakeProbe> Asked { get; } = [];

    /// <summary>What every probe is answered with at once; null: it waits for the test.</summary>
    public Func<ProbeSpec, ProbeAnswer>? AnswersAtOnce { get; set; }

    public IEnumerable<FakeProbe> Open => Asked.Where(probe => !probe.IsOver);

    public IDisposable Ask(long probeId, ProbeSpec probe)
    {
        var asked = new FakeProbe(probeId, probe);
        Asked.Add(asked);
        if (AnswersAtOnce is { } answer)
        {
            Answer(asked, answer(probe));
        }

        return asked;
    }

    /// <summary>Answers the only one that is being asked.</summary>
    public void Passes() => Answer(Open.Single(), ProbeAnswer.Passed);

    public void Fails(string why = "Connection refused") => Answer(Open.Single(), ProbeAnswer.Failed(why));

    public void Answer(FakeProbe probe, ProbeAnswer answer)
    {
        probe.Answered = true;
        inbox.Post(new ProbeAnswered(probe.Id, answer));
    }

    internal sealed class FakeProbe(long id, ProbeSpec spec) : IDisposable
    {
        public long Id => id;

        public ProbeSpec Spec => spec;

        public bool Answered { get; set; }

        public bool CalledOff { get; private set; }

        public bool IsOver => Answered || CalledOff;

        public void Dispose() => CalledOff |= !Answered;
    }
}
