using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Configuration;
using Supervisor.Control.Messages;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>The endpoints that change something, each a <c>POST</c>; an answer comes when the thing is done.</summary>
internal sealed class OperationEndpoints(ControlOptions options)
{
    private const int MostInstances = 10_000;
    private static readonly string[] _conditions = ["ready", "running", "stopped", "exited"];

    private sealed record Kind(string Name, string Summary, string[] Members, Func<OperationRequest, Operation> Make, Access Needs = Access.All);

    private IEnumerable<Kind> Kinds =>
    [
        new("start", "Start jobs, with what they depend on; done when they are up.", ["jobs", "wait"], body => new StartJobs(All(body), Waits(body))),
        new("stop", "Stop jobs and keep them stopped.", ["jobs", "with_dependents", "wait"],
            body => new StopJobs(Named(body, "stop"), body.WithDependents ?? false, Waits(body))),
        new("restart", "Stop and start jobs; starts what is stopped.", ["jobs", "rolling", "wait"],
            body => body.Rolling is true ? new RollingRestart(Named(body, "restart"), Waits(body)) : new RestartJobs(Named(body, "restart"), false, Waits(body))),
        new("try-restart", "Restart jobs that run; leaves alone what is stopped.", ["jobs", "wait"],
            body => new RestartJobs(Named(body, "try-restart"), OnlyRunning: true, Waits(body))),
        new("reload", "Have jobs re-read their own configuration.", ["jobs", "wait"], body => new ReloadJobs(Named(body, "reload"), Waits(body))),
        new("run-now", "Run jobs that have a schedule now; done when that run is through.", ["jobs", "wait"], body => new RunJobsNow(Named(body, "run-now"), Waits(body))),
        new("scale", "Run another number of instances of one job, until the configuration is applied again.", ["jobs", "instances", "wait"],
            body => new ScaleJob(One(body), CountOf(body), Waits(body))),
        new("signal", "Send a signal to jobs.", ["jobs", "signal", "to"], body => new SignalJobs(Named(body, "signal"), SignalOf(body), TargetOf(body))),
        new("atexit", "Register a cleanup hook for the current attempt of one instance; answers when it is on disk.", ["jobs", "invocation", "run", "on", "timeout"],
            body => HookRequests.Of(All(body), body)),
        new("wait", "Wait until every named job has come to a state; fails as soon as one no longer can.", ["jobs", "for"],
            body => new WaitForJobs(All(body), ConditionOf(body)), Access.Read),
        new("apply", "Re-read the configuration and carry out the difference.", ["dry_run", "rollback", "wait"],
            body => new ApplySpec(ReadConfiguration(), body.DryRun ?? false, Waits(body), body.Rollback ?? false)),
        new("shutdown", "Stop all jobs in order, then the supervisor.", ["immediate", "wait"], body => new ShutDown(body.Immediate ?? false, Waits(body))),
    ];

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var kind in Kinds)
        {
            var waits = kind.Members.Contains("wait");
            var description = new ApiDescription(kind.Summary, kind.Needs)
            {
                Members = kind.Members,
                Answer = ControlJson.Default.OperationAnswer,
                Query = waits ? [new("wait", "false: answer as soon as it is accepted", "boolean")] : [],
                OtherStatuses = [.. waits ? (int[])[202] : [], 404, 409, 413, .. kind.Name == "apply" ? (int[])[422] : []],
            };
            description.Map(routes, "POST", "/v1/" + kind.Name, async context =>
            {
                var body = await RequestBody.ReadAsync(context, kind.Name, kind.Members).ConfigureAwait(false);
                await CarryOutAsync(context, kind.Make(body)).ConfigureAwait(false);
            });
        }
    }

    private async Task CarryOutAsync(HttpContext context, Operation operation)
    {
        var result = await options.Supervisor.Submit(operation, context.RequestAborted).ConfigureAwait(false);
        switch (result.Outcome)
        {
            case OperationOutcome.NoSuchJob:
                var unknown = operation.Jobs.FirstOrDefault(word => !options.Supervisor.Snapshot.Instances.Any(i => JobSelection.Matches(word, i.Name)));
                throw RequestException.NoSuchJob(
                    unknown is null ? result.Message ?? "no such job" : JobSelector.Unknown(options.Supervisor.Snapshot, unknown));
            case OperationOutcome.Refused:
                throw RequestException.Refused(result.Message ?? "the supervisor refuses");
        }

        if (operation is ApplySpec { DryRun: false } apply)
        {
            options.Applied(apply.Spec);
        }

        var failed = result.Outcome is OperationOutcome.Failed;
        var answer = new OperationAnswer(
            failed ? "failed" : operation.Wait ? "done" : "accepted",
            result.Message,
            [.. result.Instances.Select(i => new InstanceAnswer(i.Name.ToString(), i.Ok, i.State.Word(), i.Message, i.Next, i.Position))],
            result.Plan);
        context.Response.StatusCode = failed || operation.Wait ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await Answers.JsonAsync(context, answer, ControlJson.Default.OperationAnswer).ConfigureAwait(false);
    }

    private static ImmutableArray<string> All(OperationRequest body) => body.Jobs is { } jobs ? [.. jobs] : [];

    private static ImmutableArray<string> Named(OperationRequest body, string name) => All(body) is { Length: > 0 } jobs
        ? jobs
        : throw RequestException.Bad($"{name}: say which jobs: {{\"jobs\": [\"web\"]}} ('*' means all)");

    private static bool Waits(OperationRequest body) => body.Wait ?? true;

    private static string One(OperationRequest body) => All(body) is [var job]
        ? job
        : throw RequestException.Bad("scale: say which job, exactly one: {\"jobs\": [\"web\"], \"instances\": 6}");

    private static int CountOf(OperationRequest body) => body.Instances switch
    {
        null => throw RequestException.Bad("scale: say how many: {\"jobs\": [\"web\"], \"instances\": 6}"),
        < 1 or > MostInstances => throw RequestException.Bad($"scale: 1 to {MostInstances} instances, not {body.Instances}; `stop` ends all of them"),
        { } count => count,
    };

    private static Signal SignalOf(OperationRequest body)
    {
        if (body.Signal is null)
        {
            throw RequestException.Bad("signal: say which signal: {\"signal\": \"SIGHUP\"}");
        }

        if (Signal.TryParse(body.Signal, out var signal))
        {
            return signal;
        }

        var nearest = Suggestions.Nearest(body.Signal, Signal.Names) is { } near ? near : Suggestions.Nearest("SIG" + body.Signal, Signal.Names);
        throw RequestException.Bad($"there is no signal '{body.Signal}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
    }

    private static SignalTarget TargetOf(OperationRequest body) => body.To switch
    {
        null or "main" => SignalTarget.Main,
        "group" => SignalTarget.Group,
        _ => throw RequestException.Bad($"signal: 'to' is main or group, not '{body.To}'"),
    };

    private static WaitCondition ConditionOf(OperationRequest body) =>
        Array.IndexOf(_conditions, body.For ?? "ready") is >= 0 and var index
            ? (WaitCondition)index
            : throw RequestException.Bad($"wait: 'for' is one of {string.Join(", ", _conditions)}, not '{body.For}'");

    private SupervisorSpec ReadConfiguration()
    {
        var result = options.ReadConfiguration();
        if (result.Spec is { } spec)
        {
            return spec;
        }

        var problems = result.Problems.Select(ConfigurationProblemMessage.Of).ToList();
        throw new RequestException(new(
            "urn:supervisor:configuration", "the configuration has problems", 422,
            $"the configuration has {InWords.Count(problems.Count, "problem")}: nothing was changed", problems));
    }
}
