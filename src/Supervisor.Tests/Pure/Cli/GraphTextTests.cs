using Supervisor.Cli;
using Supervisor.Control.Messages;

namespace Supervisor.Tests.Pure.Cli;

public class GraphTextTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static GraphJobMessage Job(string name, double up, double took, params string[] needs)
    {
        var start = new StartMessage(_noon, up, 0.5, took);
        return new(name, "service", "auto", [.. needs.Select(need => new DependencyMessage(need, "ready"))], [new(name, "ready", start, start)]);
    }

    [Fact]
    public void The_tree_shows_what_each_job_needs_and_a_shared_part_once()
    {
        var graph = new GraphMessage([Job("migrate", 1, 1), Job("db", 2, 1, "migrate"), Job("api", 3, 1, "db"), Job("web", 4, 1, "api", "db"), Job("tool", 1, 1)]);

        Assert.Equal(
            [
                "web  ready",
                "├── api (ready)  ready",
                "│   └── db (ready)  ready",
                "│       └── migrate (ready)  ready",
                "└── db (ready)  ready  (see above)",
                "tool  ready",
            ],
            GraphText.Tree(graph, [], colours: false));
    }

    [Fact]
    public void A_tree_can_begin_at_a_job_and_states_of_instances_are_counted()
    {
        var web = Job("web", 1, 1) with { Instances = [new("web@0", "ready", null, null), new("web@1", "ready", null, null), new("web@2", "backoff", null, null)] };

        Assert.Equal(["web  \e[32m2 ready\e[0m, \e[33m1 backoff\e[0m"], GraphText.Tree(new([web, Job("db", 1, 1)]), ["web"], colours: true));
    }

    [Fact]
    public void Dot_quotes_what_Graphviz_would_misread() => Assert.Contains(
        """  "a\"b" -> "c\\d" [label="ready"];""", GraphText.Dot(new([Job("a\"b", 1, 1, "c\\d"), Job("c\\d", 1, 1)])));

    [Fact]
    public void The_critical_path_goes_back_along_what_came_up_last_before()
    {
        var graph = new GraphMessage([Job("quick", 0.1, 0.1), Job("slow", 2, 2), Job("api", 3, 1, "quick", "slow"), Job("web", 3.5, 0.5, "api", "quick"), Job("alone", 3.2, 3.2)]);

        Assert.Equal(["slow", "api", "web"], BlameText.CriticalPath(graph).Select(step => step.Name));
    }

    [Fact]
    public void What_was_restarted_after_a_job_had_begun_was_not_what_it_waited_for()
    {
        var graph = new GraphMessage([Job("db", 100, 1), Job("web", 101, 5, "db")]);

        Assert.Equal(["web"], BlameText.CriticalPath(graph).Select(step => step.Name));
    }

    [Fact]
    public void Blame_has_the_slowest_first_and_ends_with_the_path()
    {
        var never = new GraphJobMessage("tool", "service", "manual", [], [new("tool", "stopped", null, null)]);

        Assert.Equal(
            [
                "JOB   STATE    TOOK   WAITED  UP AFTER",
                "web   ready    3.0 s  0.5 s   5.0 s",
                "db    ready    2.0 s  0.5 s   2.0 s",
                "tool  stopped  -      -       -",
                "",
                "critical path: db (2.0 s) -> web (3.0 s)",
            ],
            BlameText.Lines(new([never, Job("db", 2, 2), Job("web", 5, 3, "db")]), colours: false));
    }

    [Fact]
    public void An_event_is_a_line_and_cannot_drive_the_terminal()
    {
        var happened = new EventMessage("3f9a1c20", 17, _noon, "web@2", 3, "backoff", "warning", "exited\e[2J", 0);

        Assert.Equal("   17 12:00:00 web@2        exited\\x1b[2J", EventText.Line(happened, wide: false, colours: false, TimeZoneInfo.Utc));
        Assert.Equal(
            "3f9a1c20:17    2026-01-02 12:00:00 web@2        warning     backoff      3 \e[33mexited\\x1b[2J\e[0m",
            EventText.Line(happened, wide: true, colours: true, TimeZoneInfo.Utc));
    }
}
