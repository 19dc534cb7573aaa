using System.Globalization;
using CsCheck;

namespace Supervisor.Tests.Simulated;

/// <summary>
/// Random configurations and random events; the invariants are in <see cref="RandomWorld"/>. A failing seed is printed and replayed by
/// <c>CsCheck_Seed=... </c> in the environment; <c>SUPERVISOR_RANDOM_RUNS</c> asks for more runs than continuous integration makes.
/// </summary>
public class RandomRuns(ITestOutputHelper output)
{
    private const int JobNumbers = 20;
    private const int StepsPerRun = 60;

    private static readonly Gen<int> _number = Gen.Int[0, 9_999];

    private static readonly Gen<(int[][] Jobs, (int Kind, int Who, int How)[] Steps)> _run =
        Gen.Select(_number.Array[JobNumbers].Array[1, 5], Gen.Select(_number, _number, _number).Array[StepsPerRun]);

    [Fact]
    public void Invariants_hold_over_random_configurations_and_events()
    {
        var runs = int.Parse(Environment.GetEnvironmentVariable("SUPERVISOR_RANDOM_RUNS") ?? "2000", CultureInfo.InvariantCulture);
        long steps = 0;
        long starts = 0;
        _run.Sample(
            run =>
            {
                var world = new RandomWorld(run.Jobs);
                foreach (var (kind, who, how) in run.Steps)
                {
                    world.Step(kind, who, how);
                }

                world.End();
                Interlocked.Add(ref steps, run.Steps.Length);
                Interlocked.Add(ref starts, world.Starts);
            },
            iter: runs,
            print: run => string.Join('\n', RandomWorld.Tell(run.Jobs, run.Steps)));
        output.WriteLine($"{steps} random steps in {runs} runs, {starts} starts");
        Assert.True(steps >= (long)runs * StepsPerRun);
    }
}
