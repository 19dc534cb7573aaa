using Supervisor.Cli;
using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Cli;

public class StartPlanTests
{
    private static SupervisorSpec Spec(string jobs)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "version: 1\n" + jobs);
            var result = ConfigurationReader.Read(file, new(new Dictionary<string, string> { ["HOME"] = "/home/x" }, true, LogTarget.File));
            Assert.Empty(result.Problems);
            return result.Spec!;
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Rounds_follow_the_dependencies_and_what_starts_by_hand_comes_with_who_needs_it()
    {
        var spec = Spec(
            """
            jobs:
              web: {command: x, depends_on: [api, cache], instances: 3}
              api: {command: x, depends_on: {migrate: succeeded}}
              migrate: {command: x, kind: oneshot, start: manual}
              cache: {command: x}
              tool: {command: x, start: manual, depends_on: [cache]}
            """);

        Assert.Equal(
            [
                "at once:",
                "  migrate  oneshot; start: manual",
                "  cache",
                "then:",
                "  api      when migrate has succeeded",
                "then:",
                "  web      3 instances; when api is ready and cache is ready",
                "by hand only:",
                "  tool     when cache is ready; start: manual",
            ],
            PlanText.Lines(spec));
        Assert.Contains("""{"job":"tool","round":null,"kind":"service","start":"manual","instances":1,"depends_on":{"cache":"ready"}}""", PlanText.Json(spec), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_thousands_is_no_matter()
    {
        const int Length = 5000;
        var jobs = string.Concat(Enumerable.Range(0, Length).Select(n => $"  j{n}: {{command: x{(n == Length - 1 ? "" : $", depends_on: [j{n + 1}]")}}}\n"));

        Assert.Equal(Length, StartPlan.Of(Spec("jobs:\n" + jobs)).Rounds.Count);
    }

    [Fact]
    public void The_starter_file_is_valid() =>
        Assert.Equal(["hello"], Spec(StarterFile.Text.Replace("version: 1", "")).Jobs.Select(job => job.Name));
}
