using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>The endpoints that change something, each a <c>POST</c>; an answer comes when the thing is done.</summary>
internal sealed class OperationEndpoints(ControlOptions options)
{
    private static readonly string[] _conditions = ["ready", "running", "stopped", "exited"];

    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "start", body => new StartJobs(All(body), body.Wait));
        Map(routes, "stop", body => new StopJobs(Named(body, "stop"), body.WithDependents, body.Wait));
        Map(routes, "restart", body => new RestartJobs(Named(body, "restart"), OnlyRunning: false, body.Wait));
        Map(routes, "try-restart", body => new RestartJobs(Named(body, "try-restart"), OnlyRunning: true, body.Wait));
        Map(routes, "reload", body => new ReloadJobs(Named(body, "reload"), body.Wait));
        Map(routes, "signal", body => new SignalJobs(Named(body, "signal"), SignalOf(body), TargetOf(body)));
        Map(routes, "wait", body => new WaitForJobs(All(body), ConditionOf(body)), Access.Read);
        Map(routes, "apply", body => new ApplySpec(ReadConfiguration(), body.DryRun, body.Wait));
        Map(routes, "shutdown", body => new ShutDown(body.Immediate, body.Wait));
    }

    private void Map(IEndpointRouteBuilder routes, string name, Func<OperationRequest, Operation> operation, Access needed = Access.All) =>
        routes.MapPost("/v1/" + name, async context =>
        {
            Permission.Demand(context, needed);
            var body = await ReadBodyAsync(context).ConfigureAwait(false);
            await CarryOutAsync(context, operation(body)).ConfigureAwait(false);
        });

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

        var failed = result.Outcome is OperationOutcome.Failed;
        var answer = new OperationAnswer(
            failed ? "failed" : operation.Wait ? "done" : "accepted",
            result.Message,
            [.. result.Instances.Select(i => new InstanceAnswer(i.Name.ToString(), i.Ok, i.State.Word(), i.Message, i.Next, i.Position))],
            result.Plan);
        context.Response.StatusCode = failed || operation.Wait ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await Answers.JsonAsync(context, answer, ControlJson.Default.OperationAnswer).ConfigureAwait(false);
    }

    // An empty body is an operation without anything said; `?wait=false` is the short way for curl.
    private static async Task<OperationRequest> ReadBodyAsync(HttpContext context)
    {
        using var text = new MemoryStream();
        await context.Request.Body.CopyToAsync(text, context.RequestAborted).ConfigureAwait(false);
        OperationRequest? body;
        try
        {
            body = text.Length == 0 ? new() : JsonSerializer.Deserialize(text.GetBuffer().AsSpan(0, (int)text.Length), RequestJson.Default.OperationRequest);
        }
        catch (JsonException malformed)
        {
            throw RequestException.Bad(InWords(malformed));
        }

        body ??= new();
        return context.Request.Query["wait"] == "false" ? body with { Wait = false } : body;
    }

    private static string InWords(JsonException malformed)
    {
        var where = $"line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}";
        var place = string.IsNullOrEmpty(malformed.Path) || malformed.Path == "$" ? "" : $", at {malformed.Path}";
        var what = malformed.Message;
        var end = what.IndexOf(" Path: ", StringComparison.Ordinal);
        end = end < 0 ? what.IndexOf(" LineNumber: ", StringComparison.Ordinal) : end;
        return $"the body is not the JSON that is due here ({where}{place}): {(end < 0 ? what : what[..end])}";
    }

    private static ImmutableArray<string> All(OperationRequest body) => body.Jobs is { } jobs ? [.. jobs] : [];

    private static ImmutableArray<string> Named(OperationRequest body, string name) => All(body) is { Length: > 0 } jobs
        ? jobs
        : throw RequestException.Bad($"{name}: say which jobs: {{\"jobs\": [\"web\"]}} ('*' means all)");

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

        var nearest = NearestName.Of(body.Signal.ToUpperInvariant(), Signal.Names) ?? NearestName.Of("SIG" + body.Signal.ToUpperInvariant(), Signal.Names);
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

        var problems = result.Problems.Select(p => new ConfigurationProblemMessage(p.Position.File, p.Position.Line, p.Position.Column, p.Message)).ToList();
        throw new RequestException(new(
            "urn:supervisor:configuration", "the configuration has problems", 422,
            $"the configuration has {problems.Count} problem{(problems.Count == 1 ? "" : "s")}: nothing was changed", problems));
    }
}
