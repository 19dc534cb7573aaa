using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The commands of docs/command-line.md against the daemon.</summary>
public class CommandTests
{
    [Fact]
    public async Task Scale_and_rolling_restart_and_apply_act_on_instances_and_status_tells_the_difference()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], instances: 2}");
        await daemon.WaitFor("ready", "web");

        await daemon.Does("scale", "web=3");
        var status = await daemon.Supervisor("status", "web");
        Assert.Contains("web@2", status.Out);
        Assert.Equal("web: scaled to 3, the file says 2; `supervisor apply` goes back to it\n", status.Error);

        var before = await daemon.PidOf("web@0");
        await daemon.Does("restart", "--rolling", "web");
        Assert.NotEqual(before, await daemon.PidOf("web@0"));

        Assert.Contains("web@2: removed", await daemon.Does("apply", "--dry-run"));
        await daemon.Does("apply");
        Assert.DoesNotContain("web@2", (await daemon.Supervisor("status")).Out);
    }

    [Fact]
    public async Task A_changed_job_that_does_not_come_up_is_rolled_back_and_told()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");
        await daemon.Reconfigure("web: {command: [/nonexistent/program]}");

        var applied = await daemon.Supervisor("apply", "--rollback");

        Assert.Equal(1, applied.Code);
        Assert.Contains("rolled back", applied.Out + applied.Error);
        Assert.Equal("ready", (await daemon.Status("web")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Events_are_numbered_without_holes_and_a_follower_ends_with_the_daemon()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");

        var events = (await daemon.Does("events", "-o", "json")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events);

        using var follower = await daemon.Begin("events", "-f", "--since", "0");
        Assert.NotNull(await follower.NextLine());
        await daemon.Does("shutdown");
        var end = await follower.Ended();
        Assert.Equal(0, end.Code);
        Assert.Contains("all jobs have stopped", end.Out);
        await daemon.Ended();
    }

    [Fact]
    public async Task Graph_blame_and_show_tell_what_the_daemon_knows()
    {
        await using var daemon = await Daemon.Start("""
            db: {command: [CHILD, sleep]}
            web: {command: [CHILD, sleep], depends_on: [db]}
            """);
        await daemon.WaitFor("ready", "web");

        Assert.Equal("web  ready\n└── db (ready)  ready\n", await daemon.Does("graph"));
        Assert.Contains("\"web\" -> \"db\"", await daemon.Does("graph", "--dot"));
        Assert.Contains("critical path: db (", await daemon.Does("blame"));
        Assert.Contains("depends_on", await daemon.Does("show", "web"));
        Assert.Contains("SIGCONT sent", await daemon.Does("signal", "CONT", "web"));
    }

    [Fact]
    public async Task Init_writes_a_file_that_check_and_plan_take_and_never_overwrites()
    {
        var directory = Directory.CreateTempSubdirectory("init-").FullName;
        try
        {
            var file = Path.Combine(directory, "new.yaml");
            Assert.Equal(0, (await ProgramRun.ToEnd(Built.Supervisor, ["init", file])).Code);
            Assert.Equal(0, (await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", file])).Code);
            Assert.Equal("at once:\n  hello\n", (await ProgramRun.ToEnd(Built.Supervisor, ["plan", "-c", file])).Out);

            await File.WriteAllTextAsync(file, "mine");
            var again = await ProgramRun.ToEnd(Built.Supervisor, ["init", file]);
            Assert.Equal(1, again.Code);
            Assert.Equal("mine", await File.ReadAllTextAsync(file));

            var check = await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", file, "-o", "json"]);
            Assert.Equal(1, check.Code);
            Assert.False(JsonDocument.Parse(check.Out).RootElement.GetProperty("valid").GetBoolean());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Import_writes_a_file_that_check_takes_and_replaces_one_only_by_force()
    {
        var directory = Directory.CreateTempSubdirectory("import-").FullName;
        try
        {
            var (procfile, file) = (Path.Combine(directory, "Procfile"), Path.Combine(directory, "new.yaml"));
            await File.WriteAllTextAsync(procfile, "web: sleep 60\nworker: sleep 61\n");
            Task<ProgramResult> Import(params string[] more) => ProgramRun.ToEnd(Built.Supervisor, ["import", procfile, .. more]);

            var shown = await Import();
            Assert.Equal(0, shown.Code);
            Assert.Contains("command: [sleep, 61]", shown.Out);
            Assert.Contains("2 jobs, 2 comments to read", shown.Error);

            Assert.Equal(0, (await Import("--write", file)).Code);
            Assert.Equal(shown.Out, await File.ReadAllTextAsync(file));
            Assert.Equal(0, (await ProgramRun.ToEnd(Built.Supervisor, ["check", "-c", file])).Code);
            var again = await Import("--write", file);
            Assert.Equal((1, $"supervisor: {file} is there already and was left as it was; --force replaces it\n"), (again.Code, again.Error));
            Assert.Equal(0, (await Import("--write", file, "--force")).Code);

            var json = JsonDocument.Parse((await Import("-o", "json")).Out).RootElement;
            Assert.Equal(("procfile", shown.Out, 2), (json.GetProperty("kind").GetString(), json.GetProperty("yaml").GetString(), json.GetProperty("jobs").GetArrayLength()));

            await File.WriteAllTextAsync(procfile, "web sleep 60\n");
            var bad = await Import();
            Assert.Equal((1, ""), (bad.Code, bad.Out));
            Assert.Contains("Procfile:1:1: 'web sleep 60' is not NAME: COMMAND", bad.Error);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_ends_the_command_quietly()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");

        var run = await ProgramRun.ToEnd("bash", ["-c", $"'{Built.Supervisor}' schema | head -1; echo ${{PIPESTATUS[0]}}"]);

        Assert.Equal("{\n0\n", run.Out);
        Assert.Equal("", run.Error);
    }
}
