using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Fields of journal entries as the native protocol writes them.</summary>
internal static class JournalFields
{
    private static readonly byte[][] _priorities = [.. Enumerable.Range(0, 8).Select(level => Encoding.ASCII.GetBytes($"PRIORITY={level}\n"))];

    /// <summary><c>PRIORITY=</c> of a syslog level, 0 to 7.</summary>
    public static ReadOnlySpan<byte> Priority(int level) => _priorities[level];

    /// <summary>
    /// What every line of a run has besides its priority, up to and with <c>MESSAGE=</c>. No value can hold a newline: names are checked by the
    /// configuration.
    /// </summary>
    public static byte[] Head(InstanceName name, LogStream stream, LogRun run)
    {
        var text = new StringBuilder();
        Add(text, "SYSLOG_IDENTIFIER", name.ToString());
        OfJob(text, name);
        Add(text, "SUPERVISOR_ATTEMPT", run.Attempt.ToString(CultureInfo.InvariantCulture));
        Add(text, "SUPERVISOR_INVOCATION_ID", run.InvocationId);
        Add(text, "SUPERVISOR_STREAM", stream == LogStream.Stdout ? "stdout" : "stderr");
        Add(text, "OBJECT_PID", run.Pid > 0 ? run.Pid.ToString(CultureInfo.InvariantCulture) : "");
        return Encoding.UTF8.GetBytes(text.Append("MESSAGE=").ToString());
    }

    /// <summary>A message of the supervisor itself, about a job or about none: a whole entry.</summary>
    public static byte[] Own(InstanceName? name, int priority, string message)
    {
        var text = new StringBuilder();
        Add(text, "PRIORITY", priority.ToString(CultureInfo.InvariantCulture));
        Add(text, "SYSLOG_IDENTIFIER", "supervisor");
        if (name is { } job)
        {
            OfJob(text, job);
        }

        if (!message.Contains('\n', StringComparison.Ordinal))
        {
            Add(text, "MESSAGE", message.Length == 0 ? " " : message);
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        // A value of several lines has its length before it, 64 bits, little endian.
        byte[] head = Encoding.UTF8.GetBytes(text.Append("MESSAGE\n").ToString()), value = Encoding.UTF8.GetBytes(message), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, value.Length);
        return [.. head, .. length, .. value, (byte)'\n'];
    }

    private static void OfJob(StringBuilder text, InstanceName name)
    {
        Add(text, "SUPERVISOR_JOB", name.Job);
        Add(text, "SUPERVISOR_INSTANCE", name.Index.ToString(CultureInfo.InvariantCulture));
    }

    private static void Add(StringBuilder text, string field, string value) => text.Append(value.Length > 0 ? $"{field}={value}\n" : "");
}
