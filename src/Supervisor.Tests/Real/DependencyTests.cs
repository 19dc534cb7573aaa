using Xunit;

namespace Supervisor.Tests.Real;

public class DependencyTests
{
    [Fact]
    public async Task Jobs_start_after_what_they_need_and_stop_before_it()
    {
        var daemon = await Daemon.Start("""
            app: {command: [CHILD, append, DIR/order, app up, then, sleep], depends_on: {migrate: succeeded}}
            migrate: {kind: oneshot, command: [CHILD, append, DIR/order, migrated], depends_on: [db]}
            db: {command: [CHILD, append, DIR/order, db up, then, say, serving, then, sleep], ready: {log: serving}}
            """);
        await using (daemon)
        {
            await daemon.WaitFor("ready", "app");
            var (app, db) = (await daemon.PidOf("app"), await daemon.PidOf("db"));
            await WaitForLines(Path.Combine(daemon.Folder, "order"), 3);
            Assert.Equal(["db up", "migrated", "app up"], await File.ReadAllLinesAsync(Path.Combine(daemon.Folder, "order")));

            var end = await daemon.Stop();

            Assert.Equal(0, end.Code);
            Assert.False(Kernel.IsAlive(app) || Kernel.IsAlive(db));
            Assert.True(end.Error.LastIndexOf("app:", StringComparison.Ordinal) < end.Error.LastIndexOf("db:", StringComparison.Ordinal), end.Error);
        }
    }

    [Fact]
    public async Task A_job_that_others_need_is_not_stopped_by_accident()
    {
        await using var daemon = await Daemon.Start("""
            app: {command: [CHILD, sleep], depends_on: [db]}
            db: {command: [CHILD, sleep]}
            """);
        await daemon.WaitFor("ready", "app");

        var refused = await daemon.Supervisor("stop", "db");

        Assert.Equal(1, refused.Code);
        Assert.Contains("db is needed by app", refused.Error);
        Assert.Equal("ready", (await daemon.Status("db")).GetProperty("state").GetString());

        await daemon.Does("stop", "db", "--with-dependents");
        Assert.Equal("stopped", (await daemon.Status("app")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_job_whose_dependency_is_away_waits_and_does_not_fail()
    {
        await using var daemon = await Daemon.Start("""
            app: {command: [CHILD, sleep], depends_on: [db]}
            db: {command: [CHILD, exit-unless-exists, DIR/go, then, sleep], ready: {after: 1s}, restart: {delay: 20ms, max_delay: 20ms}}
            """);
        await daemon.StatusLine(line => line.Contains("waiting (app)"));

        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "go"), "");
        await daemon.WaitFor("ready", "app");

        Assert.Equal(1, (await daemon.Status("app")).GetProperty("attempt").GetInt32());
    }

    // The child writes after its start was reported: a file has no event, inotify is one.
    private static async Task WaitForLines(string file, int lines)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (File.Exists(file) && File.ReadAllLines(file).Length >= lines)
            {
                enough.TrySetResult();
            }
        }

        watcher.Changed += (_, _) => Look();
        watcher.Created += (_, _) => Look();
        watcher.EnableRaisingEvents = true;
        Look();
        await enough.Task.WaitAsync(ProgramRun.Limit);
    }
}
