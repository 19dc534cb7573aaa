// Log capture: reads standard input's flood through the log thread, with rotation on, as `floor` does in C.
// usage: LogCapture DIRECTORY BYTES FLOOD BLOCK; prints "SECONDS CPU-SECONDS", the CPU time of the log thread's process alone.
#pragma warning disable RS0030 // a benchmark, not the daemon: it may use Process and Console
using System.Collections.Concurrent;
using System.Diagnostics;
using Supervisor.Jobs.Ports;
using Supervisor.Logs;
using Supervisor.Specs;

var drained = new Inbox();
using var logs = new JobLogs(args[0], drained, (_, text) => Console.Error.WriteLine(text), TimeProvider.System);
var log = logs.Open(new("bench"), new LogSpec { MaxSize = 100 * 1024 * 1024, MaxFiles = 20 });
log.BeginRun(1, "");

var (clock, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
using var flood = Process.Start(new ProcessStartInfo("/bin/sh")
{
    ArgumentList = { "-c", $"exec {args[2]} {args[1]} {args[3]} > /proc/{Environment.ProcessId}/fd/{log.Targets.Out.Descriptor}" },
})!;
flood.WaitForExit();
log.Drain(1);
drained.Facts.Take();
var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
Console.WriteLine($"{seconds:F3} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F3}");
return flood.ExitCode == 0 && logs.Counters(new("bench")).Bytes >= long.Parse(args[1]) ? 0 : 1;

internal sealed class Inbox : IEngineInbox
{
    public BlockingCollection<EngineFact> Facts { get; } = [];

    public void Post(EngineFact fact) => Facts.Add(fact);
}
