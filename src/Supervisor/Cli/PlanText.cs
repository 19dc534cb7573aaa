using System.Text.Json;
using Supervisor.Control;
using Supervisor.Specs;

namespace Supervisor.Cli;

/// <summary>The start order of a file, for people and for programs.</summary>
internal static class PlanText
{
    /// <summary>The rounds, and what each job waits for.</summary>
    public static IEnumerable<string> Lines(SupervisorSpec spec)
    {
        var plan = StartPlan.Of(spec);
        var counts = spec.Jobs.ToDictionary(job => job.Name, job => job.Instances);
        var width = spec.Jobs.Select(job => job.Name.Length).DefaultIfEmpty(0).Max();
        for (var round = 0; round < plan.Rounds.Count; round++)
        {
            yield return round == 0 ? "at once:" : "then:";
            foreach (var job in plan.Rounds[round])
            {
                yield return Line(job);
            }
        }

        if (plan.ByHand.Count > 0)
        {
            yield return "by hand only:";
            foreach (var job in plan.ByHand)
            {
                yield return Line(job);
            }
        }

        string Line(JobSpec job)
        {
            var what = string.Join("; ", new[] { Kind(job, counts[job.Name.Job]), Waits(job), job.Start switch { StartMode.Manual => "start: manual", StartMode.OnDemand => "start: on-demand", _ => null } }.OfType<string>());
            return PlainText.Of($"  {job.Name.Job.PadRight(width)}  {what}").TrimEnd();
        }
    }

    /// <summary><c>[{"job", "round", "kind", "start", "instances", "depends_on"}]</c>; <c>round</c> is null for what starts by hand only.</summary>
    public static string Json(SupervisorSpec spec)
    {
        var plan = StartPlan.Of(spec);
        var rounds = plan.Rounds.SelectMany((round, number) => round.Select(job => (job.Name.Job, number))).ToDictionary();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var job in spec.Jobs)
            {
                Write(json, job, rounds.TryGetValue(job.Name, out var round) ? round : null);
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, JobDefinition definition, int? round)
    {
        var job = definition.Instance(0);
        json.WriteStartObject();
        json.WriteString("job", definition.Name);
        if (round is { } number)
        {
            json.WriteNumber("round", number);
        }
        else
        {
            json.WriteNull("round");
        }

        json.WriteString("kind", job.Kind is JobKind.Oneshot ? "oneshot" : "service");
        json.WriteString("start", job.Start switch { StartMode.Manual => "manual", StartMode.OnDemand => "on-demand", _ => "auto" });
        json.WriteNumber("instances", definition.Instances);
        json.WriteStartObject("depends_on");
        foreach (var dependency in job.DependsOn)
        {
            json.WriteString(dependency.Job, GraphReport.Word(dependency.Condition));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? Kind(JobSpec job, int count) =>
        (job.Kind is JobKind.Oneshot, count > 1) switch
        {
            (true, true) => $"{count} oneshots",
            (true, false) => "oneshot",
            (false, true) => $"{count} instances",
            _ => null,
        };

    private static string? Waits(JobSpec job) => job.DependsOn.Count == 0 ? null : "when " + string.Join(" and ", job.DependsOn.Select(dependency =>
        dependency.Condition switch
        {
            DependencyCondition.Started => $"{dependency.Job} has started",
            DependencyCondition.Ready => $"{dependency.Job} is ready",
            DependencyCondition.Completed => $"{dependency.Job} has completed",
            _ => $"{dependency.Job} has succeeded",
        }));
}
