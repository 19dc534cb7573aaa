using System.Text;
using Microsoft.AspNetCore.Http;
using Supervisor.Jobs.Ports;
using Supervisor.Metrics;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class MetricsTests
{
    [Fact]
    public async Task A_scrape_tells_states_restarts_and_exits_by_cause_also_of_the_time_before_it()
    {
        var simulation = new Simulation(Job("web"), Job("db")).Boot();
        simulation.Kernel.Dies("web", new(11), core: true);
        simulation.Advance(TimeSpan.FromSeconds(1));

        var text = await Scrape(simulation);

        Assert.Contains("supervisor_job_state{instance=\"0\",job=\"web\",state=\"ready\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_restarts_total{instance=\"0\",job=\"web\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_restarts_total{instance=\"0\",job=\"db\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_exits_total{cause=\"core\",instance=\"0\",job=\"web\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_spawns_total{} 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_jobs_count_on_their_boards_is_told_with_their_names()
    {
        var simulation = new Simulation(Job("web"), Job("db")).Boot();
        var board = new BoardSnapshot { Heartbeat = 7, Progress = new(1, 4), Counters = [new("requests", false, 41), new("depth", true, unchecked((ulong)-3))] };

        var text = await Scrape(simulation, new Boards(name => name.Job == "web" ? board : null));

        Assert.Contains("supervisor_job_heartbeats_total{instance=\"0\",job=\"web\"} 7", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_progress_ratio{instance=\"0\",job=\"web\"} 0.25", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_counter_total{instance=\"0\",job=\"web\",name=\"requests\"} 41", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_gauge{instance=\"0\",job=\"web\",name=\"depth\"} -3", text, StringComparison.Ordinal);
        Assert.DoesNotContain("supervisor_job_heartbeats_total{instance=\"0\",job=\"db\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_all_processes_of_a_job_use_together_is_told_where_it_has_a_cgroup()
    {
        var simulation = new Simulation(Job("web"), Job("db")).Boot();

        var text = await Scrape(simulation, cgroups: new Cgroups(name => name.Job == "web" ? new("/sys/fs/cgroup/web.job", 4096, null, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2)) : null));

        Assert.Contains("supervisor_job_cgroup_memory_bytes{instance=\"0\",job=\"web\"} 4096", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_cgroup_cpu_time_seconds_total{instance=\"0\",job=\"web\"} 1.5", text, StringComparison.Ordinal);
        Assert.Contains("supervisor_job_cgroup_throttled_time_seconds_total{instance=\"0\",job=\"web\"} 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("supervisor_job_cgroup_tasks{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("supervisor_job_cgroup_memory_bytes{instance=\"0\",job=\"db\"}", text, StringComparison.Ordinal);
    }

    private static async Task<string> Scrape(Simulation simulation, IBoardReader? boards = null, ICgroupReader? cgroups = null)
    {
        using var metrics = new SupervisorMetrics(simulation.Engine, new NoLogs(), simulation.Time, boards, cgroups);
        using var endpoint = new MetricsEndpoint(() => metrics, () => simulation.Engine.Snapshot.Instances.Length);
        var context = new DefaultHttpContext { Request = { Method = "GET", Path = "/metrics" } };
        var body = new MemoryStream();
        context.Response.Body = body;
        await endpoint.Scrape(context);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private sealed class Boards(Func<InstanceName, BoardSnapshot?> read) : IBoardReader
    {
        public BoardSnapshot? Read(InstanceName name) => read(name);

        public IReadOnlyList<RegionUsage> Regions() => [];
    }

    private sealed class Cgroups(Func<InstanceName, CgroupReading?> read) : ICgroupReader
    {
        public CgroupReading? Read(InstanceName name) => read(name);
    }

    private sealed class NoLogs : ILogReader
    {
        public LogFeed Read(InstanceName name, LogQuery query) => throw new NotSupportedException();

        public Task<IReadOnlyList<RotatedFile>> Rotate(InstanceName name) => throw new NotSupportedException();

        public IReadOnlyList<LogLine> LastLines(InstanceName name, int count) => [];

        public LogCounters Counters(InstanceName name) => LogCounters.Zero;
    }
}
