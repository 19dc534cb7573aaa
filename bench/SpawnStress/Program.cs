using System.Globalization;
using Supervisor.Processes;
using Supervisor.Specs;

namespace SpawnStress;

/// <summary>
/// Proof and measure of the spawner. <c>SpawnStress [N] [--quiet] [--once]</c>: N starts on the main thread (one in ten of a missing
/// executable, one in ten killed at a random moment) while others allocate and collect; --quiet: without those, and only good starts.
/// Exit status 0: every report and every status was right.
/// </summary>
internal static class Program
{
#pragma warning disable RS0030 // a bench prints, and nothing here is the daemon
    private static int Main(string[] args)
    {
        var once = args.Contains("--once");
        var quiet = once || args.Contains("--quiet");
        var count = once ? 1 : int.Parse(args.FirstOrDefault(a => char.IsAsciiDigit(a[0])) ?? "1000", CultureInfo.InvariantCulture);
        using var stop = new CancellationTokenSource();
        using var load = quiet ? null : new Load(stop.Token);
        var run = new Run(count, quiet, load, stop);
        using var spawner = new SpawnThread(run, TimeProvider.System, args.Contains("--pdeathsig") ? Signal.Term : null);
        var began = TimeProvider.System.GetTimestamp();
        run.Begin(spawner);
        spawner.Run(stop.Token);
        var took = TimeProvider.System.GetElapsedTime(began);
        var failures = run.Wrong + (load?.Wrong ?? 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} starts in {took.TotalSeconds:f2} s, start median {run.Median.TotalMicroseconds:f0} us, 99% {run.Percentile99.TotalMicroseconds:f0} us, {GC.CollectionCount(0)} collections, {failures} wrong"));
        return failures == 0 ? 0 : 1;
    }
#pragma warning restore RS0030
}
