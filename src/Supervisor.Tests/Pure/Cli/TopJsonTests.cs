using System.Text;
using Supervisor.Cli;

namespace Supervisor.Tests.Pure.Cli;

public class TopJsonTests
{
    [Fact]
    public void Each_job_has_its_status_its_usage_and_its_board() => Assert.Equal(
        """
        {"at":7.5,"supervisor":{"pid":1},"jobs":[{"name":"web@0","state":"ready","new":[1],"usage":{"pid":10,"cpu_seconds":0.2,"cgroup":null},"board":{"phase":"größer"}},{"name":"idle","state":"stopped","usage":null,"board":null}]}
        """,
        Of(
            """{"supervisor": {"pid": 1}, "jobs": [{"name": "web@0", "state": "ready", "new": [1]}, {"name": "idle", "state": "stopped"}]}""",
            """{"at": 7.5, "jobs": [{"name": "web@0", "pid": 10, "cpu_seconds": 0.2, "cgroup": null}]}""",
            """{"boards": [{"name": "web@0", "phase": "größer"}]}"""));

    [Fact]
    public void Without_jobs_it_is_empty() =>
        Assert.Equal("""{"at":1,"supervisor":null,"jobs":[]}""", Of("""{"supervisor": null, "jobs": []}""", """{"at": 1, "jobs": []}""", """{"boards": []}"""));

    private static string Of(params string[] parts) =>
        Encoding.UTF8.GetString(TopJson.Of(Encoding.UTF8.GetBytes(parts[0]), Encoding.UTF8.GetBytes(parts[1]), Encoding.UTF8.GetBytes(parts[2])).Span);
}
