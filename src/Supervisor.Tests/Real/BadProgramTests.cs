using System.Buffers.Binary;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>What cannot be executed is told in words by <c>start</c>, <c>status</c> and <c>why</c>, and is no exit of the program.</summary>
public class BadProgramTests
{
    [Fact]
    public async Task A_program_that_cannot_be_executed_is_told_with_the_reason()
    {
        await using var daemon = await Daemon.Start("""
            missing: {command: DIR/nowhere, start: manual, restart: never}
            no-path: {command: nowhere-in-the-path, start: manual, restart: never}
            no-exec: {command: DIR/data, start: manual, restart: {delay: 1h, max_delay: 1h}}
            folder: {command: DIR/log, start: manual, restart: never}
            interpreter: {command: DIR/interpreter, start: manual, restart: never}
            foreign: {command: DIR/foreign, start: manual, restart: never}
            text: {command: DIR/text, start: manual, restart: never}
            fine: {command: [CHILD, sleep]}
            """, files: new Dictionary<string, string> { ["data"] = "#!/bin/sh\n", ["interpreter"] = "#!/nonexistent/sh\n", ["text"] = "echo hello\n" });
        WriteForeignProgram(Path.Combine(daemon.Folder, "foreign"));
        foreach (var file in (string[])["interpreter", "text", "foreign"])
        {
            File.SetUnixFileMode(Path.Combine(daemon.Folder, file), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var expected = new Dictionary<string, string>
        {
            ["missing"] = "No such file or directory (DIR/nowhere)",
            ["no-path"] = "nowhere-in-the-path is not in PATH (",
            ["no-exec"] = "DIR/data: is not executable (mode 0644)",
            ["folder"] = "DIR/log: is a directory",
            ["interpreter"] = "No such file or directory (/nonexistent/sh, the interpreter of DIR/interpreter)",
            ["foreign"] = "DIR/foreign is for RISC-V, this machine is ",
            ["text"] = "DIR/text is a text file without a #! line: name its interpreter in the first line, or in the command",
        };

        var start = await daemon.Supervisor(["start", .. expected.Keys]);

        Assert.Equal(1, start.Code);
        var status = await daemon.Supervisor("status", "-o", "json");
        foreach (var (job, words) in expected)
        {
            var reason = words.Replace("DIR", daemon.Folder);
            Assert.Matches($"(?m)^{job}: failed to start: (checking|finding) the program: ", start.Out + start.Error);
            Assert.Contains(reason, start.Out + start.Error);
            Assert.Contains(reason, status.Out);
        }

        Assert.Contains("supervisor.yaml:4:", start.Out + start.Error);
        Assert.Matches("no-exec: .*\n *next: attempt 2 in ", start.Out + start.Error);
        Assert.Contains(expected["foreign"].Replace("DIR", daemon.Folder), await daemon.Does("why", "foreign"));
        var end = (await daemon.Status("text")).GetProperty("last_exit");
        Assert.Equal("spawn-failed", end.GetProperty("cause").GetString());
        Assert.Equal("checking the program", end.GetProperty("step").GetString());
        Assert.Equal("ready", (await daemon.Status("fine")).GetProperty("state").GetString());
    }

    private static void WriteForeignProgram(string path)
    {
        const short RiscV = 243;
        var header = new byte[64];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(header);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(16), 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(18), RiscV);
        File.WriteAllBytes(path, header);
    }
}
