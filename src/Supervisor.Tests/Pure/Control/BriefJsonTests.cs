using System.Text.Json;
using System.Text.Json.Nodes;
using Supervisor.Control.Messages;
using Supervisor.Tests.Pure.Cli;

namespace Supervisor.Tests.Pure.Control;

/// <summary>A brief status is the same status, whoever of client and daemon is the newer one.</summary>
public class BriefJsonTests
{
    private static readonly ExitMessage _exit = new()
    {
        Cause = "exited",
        Code = 0,
        Signal = null,
        CoreDumped = false,
        Step = null,
        Errno = null,
        Started = DateTimeOffset.UnixEpoch,
        Ended = default,
        DurationSeconds = 0,
        UserSeconds = 0.5,
        SystemSeconds = 0,
        MaxRssBytes = 0,
        MemoryPeakBytes = null,
        CgroupCpuSeconds = 0,
        ThrottledSeconds = null,
        OomKills = 0,
        Attempt = 0,
        Pid = null,
        Success = true,
        InvocationId = "",
        MinorFaults = 0,
        MajorFaults = 1,
        VoluntarySwitches = 0,
        InvoluntarySwitches = 0,
        LastWords = null,
        Text = "exited with code 0",
    };

    private static readonly JobMessage _nothing = CliTextTests.Job("stopped", "down") with { Attempt = 0, Since = default };

    private static readonly JobMessage _much = _nothing with
    {
        Instance = 2,
        Listening = true,
        Extra = true,
        Schedule = new(null, false, 0),
        Pid = 0,
        Restarts = 7,
        UptimeSeconds = 0,
        Ready = true,
        StatusText = "",
        Health = new("healthy", 0, 3, null),
        ResourceWarning = "none",
        Notifications = new(0, 0, 0, 0, 0),
        Next = new("attempt 2", null, 0),
        LastExit = _exit,
        Scaled = new(0, 3),
        Log = new(0, 1, 0, 0, 0, "full"),
    };

    private static readonly StatusMessage _status = new(new("", 0, 0, "running", "/x.yaml", 0, 0, 0, 1), [_nothing, _much]);

    [Fact]
    public void What_is_left_out_is_read_as_what_it_was()
    {
        var brief = JsonSerializer.SerializeToUtf8Bytes(_status, BriefJson.Default.StatusMessage);

        Assert.Equal(Whole(_status), Whole(JsonSerializer.Deserialize(brief, BriefJson.Status)!));
        Assert.Equal(
            """{"job":"web","name":"web","kind":"service","state":"stopped","goal":"down","log":{}}""",
            JsonNode.Parse(brief)!["jobs"]![0]!.ToJsonString());
    }

    [Fact]
    public void An_older_supervisor_answers_with_the_whole_and_is_understood_too() =>
        Assert.Equal(Whole(_status), Whole(JsonSerializer.Deserialize(Whole(_status), BriefJson.Status)!));

    [Fact]
    public void What_cannot_be_left_out_must_be_there() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"jobs":[{"job":"web","kind":"service","state":"ready","goal":"up","log":{}}]}""", BriefJson.Status));

    private static string Whole(StatusMessage status) => JsonSerializer.Serialize(status, ControlJson.Default.StatusMessage);
}
