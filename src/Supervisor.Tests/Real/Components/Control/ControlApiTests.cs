using System.Net;
using System.Text.Json;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Control;

public class ControlApiTests
{
    [Fact]
    public async Task Status_has_the_documented_members()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.GetAsync("/v1/status");

        Assert.Equal(HttpStatusCode.OK, status);
        var supervisor = json.GetProperty("supervisor");
        Assert.Equal(Environment.ProcessId, supervisor.GetProperty("pid").GetInt32());
        Assert.Equal(100, supervisor.GetProperty("uptime_seconds").GetDouble());
        Assert.Equal("running", supervisor.GetProperty("state").GetString());
        Assert.NotEqual("", supervisor.GetProperty("version").GetString());
        var web = json.GetProperty("jobs")[0];
        // Documented names stay; more may come beside them.
        Assert.Empty(new[]
        {
            "job", "instance", "name", "kind", "state", "goal", "listening", "schedule", "pid", "attempt", "restarts", "since", "uptime_seconds", "ready", "status_text",
            "health", "resource_warning", "next", "last_exit", "scaled", "log",
        }.Except(web.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(4711, web.GetProperty("pid").GetInt32());
        Assert.Equal(90, web.GetProperty("uptime_seconds").GetDouble());
        var db = json.GetProperty("jobs")[1];
        Assert.Equal("attempt 4", db.GetProperty("next").GetProperty("action").GetString());
        Assert.Equal(3.2, db.GetProperty("next").GetProperty("in_seconds").GetDouble());
        var exit = db.GetProperty("last_exit");
        Assert.Equal("core", exit.GetProperty("cause").GetString());
        Assert.Equal("SIGSEGV", exit.GetProperty("signal").GetString());
        Assert.True(exit.GetProperty("core_dumped").GetBoolean());
        Assert.Equal(1.4, exit.GetProperty("duration_seconds").GetDouble());
    }

    [Fact]
    public async Task A_brief_status_says_the_same_without_what_is_null_false_or_0()
    {
        await using var control = await RunningControl.StartAsync();

        var (_, whole) = await control.GetAsync("/v1/status");
        var (status, brief) = await control.GetAsync("/v1/status?brief=true");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Telling(whole), Telling(brief));
        Assert.Equal(Telling(brief), All(brief));
        Assert.Equal(
            ["job", "name", "kind", "state", "goal", "pid", "attempt", "restarts", "since", "uptime_seconds", "ready", "log"],
            brief.GetProperty("jobs")[0].EnumerateObject().Select(member => member.Name));

        static IEnumerable<string> Telling(JsonElement json) =>
            All(json).Where(member => !member.EndsWith('=') && !member.EndsWith("=False", StringComparison.Ordinal) && !member.EndsWith("=0", StringComparison.Ordinal));
        static IEnumerable<string> All(JsonElement json) => json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(member => All(member.Value).Select(rest => $"{member.Name}{(rest.StartsWith('=') ? "" : ".")}{rest}")),
            JsonValueKind.Array => json.EnumerateArray().SelectMany((one, index) => All(one).Select(rest => $"{index}{(rest.StartsWith('=') ? "" : ".")}{rest}")),
            _ => [$"={json}"],
        };
    }

    [Fact]
    public async Task Brief_is_yes_or_no()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.GetAsync("/v1/status?brief=very");

        Assert.Equal((HttpStatusCode.BadRequest, "brief: true or false, not 'very'"), (status, json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Status_of_a_misspelt_job_names_the_nearest()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.GetAsync("/v1/status?job=wep");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("no such job: 'wep'; did you mean 'web'?", json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Why_tells_story_exits_and_last_lines()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Lines.Add(ScriptedSupervisor.Line("loading model..."));

        var (_, json) = await control.GetAsync("/v1/jobs/db/why");

        var story = json.GetProperty("jobs")[0];
        Assert.Equal("on-failure, delay 0.1 s x2 up to 30 s; SIGSEGV is not in the success list", story.GetProperty("restart").GetString());
        Assert.Equal("loading model...", story.GetProperty("last_lines")[0].GetProperty("text").GetString());
        Assert.Equal(3, story.GetProperty("exits")[0].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Show_hides_secrets_and_says_where_keys_stand()
    {
        await using var control = await RunningControl.StartAsync();

        var (_, json) = await control.GetAsync("/v1/jobs/web");

        var keys = json.GetProperty("jobs")[0].GetProperty("keys").EnumerateArray().ToDictionary(key => key.GetProperty("key").GetString()!);
        Assert.Equal("DB_PASSWORD=(hidden), PORT=80, BROKER=amqp://web:(hidden)@host", keys["environment"].GetProperty("value").GetString());
        Assert.Equal("web.yaml:7:16", keys["directory"].GetProperty("position").GetString());
        Assert.Equal("/bin/sleep '1 day'", keys["command"].GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("start", "{}", typeof(StartJobs))]
    [InlineData("stop", """{"jobs":["web"],"with_dependents":true}""", typeof(StopJobs))]
    [InlineData("restart", """{"jobs":["web"]}""", typeof(RestartJobs))]
    [InlineData("try-restart", """{"jobs":["web"]}""", typeof(RestartJobs))]
    [InlineData("reload", """{"jobs":["web"]}""", typeof(ReloadJobs))]
    [InlineData("restart", """{"jobs":["web"],"rolling":true}""", typeof(RollingRestart))]
    [InlineData("scale", """{"jobs":["web"],"instances":6}""", typeof(ScaleJob))]
    [InlineData("signal", """{"jobs":["web"],"signal":"hup"}""", typeof(SignalJobs))]
    [InlineData("wait", """{"jobs":["web"],"for":"exited"}""", typeof(WaitForJobs))]
    [InlineData("shutdown", "", typeof(ShutDown))]
    public async Task Each_operation_reaches_the_engine(string path, string body, Type operation)
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.PostAsync("/v1/" + path, body);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("done", json.GetProperty("outcome").GetString());
        Assert.IsType(operation, Assert.Single(control.Engine.Submitted));
    }

    [Fact]
    public async Task A_failed_start_says_what_is_next_and_where()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Answer = (_, _) => Task.FromResult(new OperationResult(OperationOutcome.Failed, null,
            [new(new("web"), false, PublicState.Backoff, "failed to start: changing directory: No such file or directory (/srv/web)", "attempt 2 in 0.2 s", "web.yaml:7:16 directory")]));

        var (status, json) = await control.PostAsync("/v1/start", """{"jobs":["web"]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("failed", json.GetProperty("outcome").GetString());
        Assert.Equal("attempt 2 in 0.2 s", json.GetProperty("jobs")[0].GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("stop", "{\"jobs\": [\"web\"", 400, "line 1, byte 16")]
    [InlineData("stop", "{\"jobs\": 3}", 400, "at $.jobs): expected a list of texts such as [\"web\"]")]
    [InlineData("stop", "{\"jobs\": [3]}", 400, "at $.jobs[0]): expected a text in quotes")]
    [InlineData("stop", "{\"wait\": \"yes\"}", 400, "at $.wait): expected true or false")]
    [InlineData("stop", "[1]", 400, "expected an object such as {\"jobs\": [\"web\"]}")]
    [InlineData("stop", " ", 400, "it is blank")]
    [InlineData("stop", "{\"jbos\": []}", 400, "jbos")]
    [InlineData("stop", "{}", 400, "say which jobs")]
    [InlineData("signal", """{"jobs":["web"],"signal":"SIGHUB"}""", 400, "did you mean 'SIGHUP'?")]
    [InlineData("wait", """{"for":"redy"}""", 400, "ready, running, stopped, exited")]
    [InlineData("scale", """{"jobs":["web"]}""", 400, "say how many")]
    [InlineData("scale", """{"jobs":["web"],"instances":0}""", 400, "1 to 10000 instances, not 0")]
    [InlineData("scale", """{"jobs":["web","db"],"instances":2}""", 400, "exactly one")]
    [InlineData("start", """{"jobs":["web"],"rolling":true}""", 400, "'rolling' means nothing here; it takes jobs, wait")]
    [InlineData("start", """{"jobs":[null]}""", 400, "not null")]
    [InlineData("start?wait=perhaps", "", 400, "true or false")]
    [InlineData("status", "{}", 405, "/v1/status takes GET, not POST")]
    [InlineData("nonsense", "{}", 404, "nothing at /v1/nonsense")]
    public async Task A_bad_request_is_told_what_is_wrong(string path, string body, int expected, string detail)
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.PostAsync("/v1/" + path, body);

        Assert.Equal(expected, (int)status);
        Assert.Contains(detail, json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(control.Engine.Submitted);
    }

    [Fact]
    public async Task A_refusal_is_a_conflict()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Answer = (_, _) => Task.FromResult(new OperationResult(OperationOutcome.Refused, "db is needed by web (ready)", []));

        var (status, json) = await control.PostAsync("/v1/stop", """{"jobs":["db"]}""");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("db is needed by web (ready)", json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_invalid_configuration_changes_nothing_and_every_problem_is_told()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.PostAsync("/v1/apply", "{}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(12, json.GetProperty("problems")[0].GetProperty("line").GetInt32());
        Assert.Empty(control.Engine.Submitted);
    }

    [Fact]
    public async Task Not_waiting_is_answered_as_accepted()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.PostAsync("/v1/start?wait=false", "");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("accepted", json.GetProperty("outcome").GetString());
        Assert.False(Assert.Single(control.Engine.Submitted).Wait);
    }

    [Fact]
    public async Task A_mistake_of_ours_is_told_and_the_server_goes_on()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Answer = (_, _) => throw new InvalidOperationException("boom");

        var (status, json) = await control.PostAsync("/v1/start", "");

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("boom", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
    }

    [Fact]
    public async Task A_job_that_was_scaled_says_so_until_it_is_as_the_file_again()
    {
        await using var control = await RunningControl.StartAsync();
        control.Engine.Snapshot = ScriptedSupervisor.Of(
            ScriptedSupervisor.Instance("web", PublicState.Ready, index: 0), ScriptedSupervisor.Instance("web", PublicState.Ready, index: 1));

        var (_, json) = await control.GetAsync("/v1/status?job=web@0");

        var scaled = Assert.Single(json.GetProperty("jobs").EnumerateArray()).GetProperty("scaled");
        Assert.Equal((2, 1), (scaled.GetProperty("instances").GetInt32(), scaled.GetProperty("file").GetInt32()));
    }

    [Fact]
    public async Task Livez_says_when_the_engine_does_not_answer()
    {
        await using var control = await RunningControl.StartAsync(limits: limits => limits with { Liveness = TimeSpan.FromMilliseconds(1) });
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/livez")).Status);

        control.Ping = new TaskCompletionSource().Task;

        var (status, json) = await control.GetAsync("/livez");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("the engine has not answered within 1 ms", json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Readyz_names_what_is_not_up()
    {
        await using var control = await RunningControl.StartAsync();

        var (status, json) = await control.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("not everything is up: db (backoff)", json.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/readyz?job=web")).Status);
    }

    [Fact]
    public async Task What_was_applied_is_told_to_the_daemon_and_a_dry_run_is_not()
    {
        await using var control = await RunningControl.StartAsync();
        control.Configuration = new(control.Engine.Snapshot.Spec, []);

        await control.PostAsync("/v1/apply", """{"dry_run":true}""");
        Assert.Empty(control.Applied);
        await control.PostAsync("/v1/apply", """{"rollback":true}""");

        Assert.Same(control.Engine.Snapshot.Spec, Assert.Single(control.Applied));
        Assert.Equal((false, true), control.Engine.Submitted.OfType<ApplySpec>().Select(apply => apply.Rollback) switch { var all => (all.First(), all.Last()) });
    }
}
