using System.Globalization;
using Supervisor.Processes;
using Supervisor.Specs;

namespace SpawnStress;

/// <summary>
/// Proof and measure of the spawner. <c>SpawnStress [N] [--quiet] [--old-kernel]</c>: N starts on the main thread (of ten, one of a missing
/// executable, one with a step that fails, one killed when it is reported, one killed before it is) while others allocate and collect;
/// --quiet: without those, and only good starts. <c>SpawnStress --stop N</c>: what it takes to signal N jobs. Exit status 0: every report
/// and every status was right. For --run see <see cref="OneRun"/>.
/// </summary>
internal static class Program
{
#pragma warning disable RS0030 // a bench prints, and nothing here is the daemon
    private static int Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        if (args.Contains("--run"))
            return RunOne(args, stop);
        var count = int.Parse(args.FirstOrDefault(a => char.IsAsciiDigit(a[0])) ?? "1000", CultureInfo.InvariantCulture);
        return args.Contains("--stop") ? StopMany(args, count, stop) : Stress(args, count, stop);
    }

    private static SpawnThread Spawner(string[] args, Supervisor.Jobs.Ports.IEngineInbox inbox)
    {
        var options = new SpawnOptions { ParentDeathSignal = args.Contains("--pdeathsig") ? Signal.Term : null };
        var old = args.Contains("--old-kernel");
        return new(inbox, TimeProvider.System, old ? options with { HasCloseRange = false } : options, !old && ProcessGroup.KernelHasGroupSignals);
    }

    private static int RunOne(string[] args, CancellationTokenSource stop)
    {
        var spec = new ProcessSpec { Command = [.. args[(Array.IndexOf(args, "--") + 1)..]] };
        var run = new OneRun(stop);
        using var spawner = Spawner(args, run);
        var exhaust = Array.IndexOf(args, "--exhaust");
        run.Run(args.Contains("--everything") ? OneRun.Everything(spec) : spec, spawner, exhaust < 0 ? null : args[exhaust + 1]);
        return 0;
    }

    private static int StopMany(string[] args, int count, CancellationTokenSource stop)
    {
        var run = new ManyStopped(count, stop);
        using var spawner = Spawner(args, run);
        run.Begin(spawner);
        spawner.Run(stop.Token);
        Console.WriteLine(run.Result);
        return run.Wrong;
    }

    private static int Stress(string[] args, int count, CancellationTokenSource stop)
    {
        var quiet = args.Contains("--quiet");
        using var load = quiet ? null : new Load(stop.Token);
        var run = new Run(count, quiet, load, stop);
        using var spawner = Spawner(args, run);
        using var killer = quiet ? null : new Killer(spawner, stop.Token);
        var began = TimeProvider.System.GetTimestamp();
        run.Begin(spawner);
        spawner.Run(stop.Token);
        var took = TimeProvider.System.GetElapsedTime(began);
        var failures = run.Wrong + (load?.Wrong ?? 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} starts in {took.TotalSeconds:f2} s, start median {run.Median.TotalMicroseconds:f0} us, 99% {run.Percentile99.TotalMicroseconds:f0} us, {GC.CollectionCount(0)} collections, {run.KilledInSetUp} killed during set-up, {failures} wrong"));
        return failures == 0 ? 0 : 1;
    }
#pragma warning restore RS0030
}
