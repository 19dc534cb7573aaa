using System.Globalization;
using Serilog.Events;
using Supervisor.Logs;
using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>
/// The supervisor's own messages as journal entries, with SUPERVISOR_JOB and SUPERVISOR_INSTANCE where they are about a job. The text is what standard
/// error would have had, so that <c>journalctl</c> reads the same.
/// </summary>
internal sealed class JournalLog(string path = JournalSocket.UsualPath) : IDisposable
{
    private const int PatienceMilliseconds = 1000;

    private readonly JournalSocket _socket = new(path);

    /// <summary>Sends an event. False: journald did not take it, and standard error has to.</summary>
    public bool Write(LogEvent logEvent)
    {
        var entry = JournalFields.Own(NameOf(logEvent), LogLineFormat.Priority(logEvent.Level), LogLineFormat.Message(logEvent));
        do
        {
            switch (_socket.Send(entry, [], [], [], []))
            {
                case JournalSending.Sent:
                    return true;
                case JournalSending.Away:
                    return false;
            }
        }
        while (_socket.WaitForRoom(PatienceMilliseconds));
        return false;
    }

    // web@2 is instance 2 of web; no job's name has an @ of its own.
    private static InstanceName? NameOf(LogEvent logEvent) => LogLineFormat.JobOf(logEvent)?.Split('@') switch
    {
        [var job, var index] when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => new(job, number, true),
        [var job, ..] => new(job),
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
