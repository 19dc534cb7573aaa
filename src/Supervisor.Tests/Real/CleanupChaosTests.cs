using System.Globalization;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>SIGKILL to the supervisor at random moments, again and again: every hook of every attempt that ran has run once. SUPERVISOR_CHAOS_KILLS asks for more.</summary>
public class CleanupChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_at_random_moments_no_hook_is_missed_or_run_twice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SUPERVISOR_CHAOS_KILLS") ?? "20", CultureInfo.InvariantCulture);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        const string Job = """
              command: [sh, -c, 'echo "$SUPERVISOR_INVOCATION_ID" >>DIR/starts; NAP; exit 1']
              restart: {policy: always, delay: 20ms, factor: 1, jitter: 100%}
              cleanup:
                - {run: [sh, -c, 'NAP; echo "$SUPERVISOR_INVOCATION_ID one" >>DIR/hooks']}
                - {run: [sh, -c, 'echo "$SUPERVISOR_INVOCATION_ID two" >>DIR/hooks; NAP']}
                - {run: [sh, -c, 'echo "$SUPERVISOR_INVOCATION_ID three" >>DIR/hooks'], on: failure}
            """;
        await using var daemon = await Daemon.Start($"a:\n{Job.Replace("NAP", "sleep 0.04")}\nb:\n{Job.Replace("NAP", "sleep 0.01")}\nc:\n{Job.Replace("NAP", ":")}");
        for (var kill = 0; kill < kills; kill++)
        {
            // Not waited for anything: the moment is what is to be random. Some of them are before it is ready.
            await Task.Delay(random.Next(50, 2500));
            await daemon.Dies();
            await daemon.ComesBack(waits: kill == kills - 1);
        }

        await daemon.Does("stop", "*");
        Assert.Equal(0, (await daemon.Stop()).Code);

        var starts = await File.ReadAllLinesAsync(Path.Combine(daemon.Folder, "starts"));
        var hooks = (await File.ReadAllLinesAsync(Path.Combine(daemon.Folder, "hooks"))).ToLookup(line => line.Split(' ')[0], line => line.Split(' ')[1]);
        output.WriteLine($"{kills} kills, {starts.Length} starts, {hooks.Sum(attempt => attempt.Count())} hooks, seed {seed}");
        Assert.Distinct(starts);
        foreach (var attempt in starts.Union(hooks.Select(group => group.Key)))
        {
            // One that a stop has ended knows no failure.
            var ran = hooks[attempt].ToList();
            Assert.True(ran is ["three", "two", "one"] or ["two", "one"], $"attempt {attempt}: {string.Join(", ", ran)} (seed {seed})");
        }

        Assert.True(hooks.Count(attempt => attempt.Count() == 2) <= 3, "more attempts than were stopped at the end did not fail");
    }
}
