using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>A real journald: what is in the journal of jobs that log there, and of the supervisor itself.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly PrivateSystemd _systemd = new();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task Lines_of_jobs_and_the_supervisors_own_messages_are_in_the_journal_with_their_fields()
    {
        var said = await _systemd.Run(
            """
            version: 1
            jobs:
              one:
                kind: oneshot
                command: [sh, -c, "echo hello; echo '<3>bad thing'; head -c 600000 /dev/zero | tr '\\0' x; echo; echo last >&2"]
                log: {stdout: journal, stderr: journal}
              slow: {kind: oneshot, start: manual, command: [seq, '200000'], log: {stdout: journal}}
            """,
            """
            systemctl start supervisor-daemon
            timeout 60 $SUPERVISOR wait one --for stopped >&2
            journalctl --sync
            journalctl SUPERVISOR_JOB=one SUPERVISOR_STREAM=stdout -o json --no-pager -a | grep -o '"[A-Z][A-Z_]*":"[^"]\{1,40\}"' | sort -u
            echo "long: $(journalctl SUPERVISOR_JOB=one -o cat -a --no-pager | awk 'length > 100' | wc -c)"
            echo "of the unit: $(journalctl -u supervisor-daemon SUPERVISOR_STREAM=stderr -o cat --no-pager)"
            journalctl SUPERVISOR_JOB=one SYSLOG_IDENTIFIER=supervisor -o cat --no-pager | sed 's/^/own: /'
            timeout 60 $SUPERVISOR start slow --no-wait >&2
            systemctl restart systemd-journald
            timeout 120 $SUPERVISOR wait slow --for stopped >&2
            $SUPERVISOR status slow -o json | grep -o '"dropped_bytes":[0-9]*' | head -1
            # At its end the supervisor hands over what journald has not taken yet.
            systemctl stop supervisor-daemon
            journalctl --sync
            echo "lines: $(journalctl SUPERVISOR_JOB=slow SUPERVISOR_STREAM=stdout -o cat --no-pager | sort -n | uniq | wc -l)"
            journalctl -u supervisor-daemon -p 4 -o cat --no-pager | sed 's/^/loud: /'
            """);

        foreach (var field in new[] { "MESSAGE:hello", "MESSAGE:bad thing", "PRIORITY:3", "PRIORITY:6", "SYSLOG_IDENTIFIER:one", "SUPERVISOR_ATTEMPT:1" })
        {
            Assert.Contains($"\"{field.Replace(":", "\":\"", StringComparison.Ordinal)}\"", said);
        }

        Assert.Contains("long: 600001\n", said);
        Assert.Contains("of the unit: last\n", said);
        Assert.Contains("own: one: ", said);
        Assert.Contains("lines: 200000\n", said);
        Assert.Contains("\"dropped_bytes\":0", said);
        Assert.DoesNotContain("lost", said);
    }
}
