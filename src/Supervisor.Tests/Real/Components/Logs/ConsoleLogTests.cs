using System.IO.Pipes;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Logs;

public class ConsoleLogTests
{
    [Fact]
    public void Whole_lines_go_to_the_console_after_the_padded_name_of_their_job()
    {
        using var console = new AnonymousPipeServerStream(PipeDirection.In);
        using var bench = new LogBench(console: (int)console.ClientSafePipeHandle.DangerousGetHandle());
        var spec = new LogSpec { Stdout = LogTarget.Console };
        var (web, worker) = (bench.Open(spec), bench.Open(spec, "worker"));
        LogBench.Write(web, "hel");
        LogBench.Write(worker, "busy\n");
        bench.Drain(worker);
        LogBench.Write(web, "lo\nend");
        bench.Drain(web);

        using var reader = new StreamReader(console);
        Assert.Equal("worker | busy", reader.ReadLine());
        Assert.Equal("web    | hello", reader.ReadLine());
        Assert.Equal("web    | end", reader.ReadLine());
    }

    [Fact]
    public void A_console_that_nobody_reads_does_not_hold_up_another_log_and_loses_nothing()
    {
        using var console = new AnonymousPipeServerStream(PipeDirection.In);
        using var bench = new LogBench(console: (int)console.ClientSafePipeHandle.DangerousGetHandle());
        var (web, file) = (bench.Open(new() { Stdout = LogTarget.Console }), bench.Open(new(), "file"));
        LogBench.Write(web, string.Concat(Enumerable.Range(0, 20_000).Select(n => $"{n}\n")));
        bench.Drain(web);
        LogBench.Write(file, "other\n");
        bench.Drain(file);
        Assert.Equal("other\n", bench.Text("file.log"));

        using var reader = new StreamReader(console);
        for (var n = 0; n < 20_000; n++)
        {
            Assert.EndsWith($"| {n}", reader.ReadLine());
        }
    }

    [Fact]
    public void A_closed_console_is_said_once_and_counted()
    {
        using var console = new AnonymousPipeServerStream(PipeDirection.In);
        using var bench = new LogBench(console: (int)console.ClientSafePipeHandle.DangerousGetHandle());
        var log = bench.Open(new() { Stdout = LogTarget.Console });
        console.Dispose();
        for (var i = 0; i < 3; i++)
        {
            LogBench.Write(log, "x\n");
            bench.Drain(log);
        }

        Assert.Contains("standard output", bench.NextReport());
        Assert.Empty(bench.Reports);
        Assert.True(bench.Logs.Counters(new("web")).DroppedBytes > 0);
    }
}
