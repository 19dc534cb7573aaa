using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>docs/readiness.md: a newline on a descriptor, a line of output.</summary>
public class ShownReadyTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task A_newline_on_a_descriptor_as_s6_has_it(int number)
    {
        await using var daemon = await Daemon.Start($$"""
            web: {command: [bash, -c, 'ls -l /proc/self/fd/{{number}} >&2; read x <DIR/go; echo noise >/dev/null; printf "\n" >&{{number}}; exec {{number}}>&-; exec sleep 1000'], ready: {fd: {{number}} }, before_start: [{run: [mkfifo, DIR/go]}]}
            """);
        await daemon.Comes(status => status.GetProperty("jobs")[0].GetProperty("state").GetString() == "running");
        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "go"), "\n");
        await daemon.WaitFor("ready", "web");
        Assert.DoesNotContain(Directory.GetFiles($"/proc/{await daemon.PidOf("web")}/fd"), file => Path.GetFileName(file) == $"{number}");
    }

    [Fact]
    public async Task A_descriptor_that_is_closed_without_a_newline_is_told()
    {
        await using var daemon = await Daemon.Start("web: {command: [bash, -c, 'exec 3>&-; exec sleep 1000'], ready: {fd: 3}}");
        await daemon.LogSays("it has closed its descriptor without a newline: nothing will show that it is ready");
    }

    [Fact]
    public async Task A_line_of_its_output_and_only_of_this_run()
    {
        await using var daemon = await Daemon.Start("""
            web:
              command: [bash, -c, 'read x <DIR/go; head -c 100000 /dev/zero | tr "\\0" x; echo; echo -n "server is "; sleep 0.1; echo "up on port 80"; read x <DIR/go; exit 1']
              before_start: [{run: [bash, -c, 'echo server is up on port 99; test -e DIR/go || mkfifo DIR/go']}]
              ready: {log: 'server is up on port \d+$'}
              restart: {delay: 10ms}
            """);
        var go = Path.Combine(daemon.Folder, "go");
        await daemon.Comes(status => status.GetProperty("jobs")[0].GetProperty("state").GetString() == "running");
        await File.WriteAllTextAsync(go, "\n");
        await daemon.WaitFor("ready", "web");
        Assert.Contains("its output says: server is up on port 80", await daemon.Does("why", "web"));

        await File.WriteAllTextAsync(go, "\n");
        await daemon.Comes(status => status.GetProperty("jobs")[0] is var web && web.GetProperty("attempt").GetInt32() == 2 && web.GetProperty("state").GetString() == "running");
        Assert.False((await daemon.Status("web")).GetProperty("ready").GetBoolean());
        await File.WriteAllTextAsync(go, "\n");
        await daemon.WaitFor("ready", "web");
        await File.WriteAllTextAsync(go, "\n");
    }
}
