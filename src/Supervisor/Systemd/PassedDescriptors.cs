using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Systemd;

/// <summary>A descriptor that the service manager has handed to us.</summary>
/// <param name="Number">The descriptor.</param>
/// <param name="Name">FileDescriptorName= of its socket unit, or FDNAME= of a stored one; <c>unknown</c> when the manager gave no names.</param>
public sealed record PassedDescriptor(int Number, string Name);

/// <summary>Descriptors that the service manager hands over at the start: sockets that it listens on, and what was stored with it. Source: sd_listen_fds(3).</summary>
public static class PassedDescriptors
{
    /// <summary>SD_LISTEN_FDS_START of sd-daemon.h: the first one.</summary>
    public const int First = 3;

    private const string Unnamed = "unknown";
    private const int Most = 65536;

    /// <summary>
    /// What the variables LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES say. They are meant for one process: with another pid in LISTEN_PID, or without
    /// one, there is nothing.
    /// </summary>
    public static ImmutableArray<PassedDescriptor> Read(string? count, string? pid, string? names, int ownPid)
    {
        if (!TryNumber(pid, out var meant) || meant != ownPid || !TryNumber(count, out var total) || total > Most)
        {
            return [];
        }

        var given = string.IsNullOrEmpty(names) ? [] : names.Split(':');
        return [.. Enumerable.Range(0, total).Select(i => new PassedDescriptor(First + i, i < given.Length && given[i].Length > 0 ? given[i] : Unnamed))];
    }

    /// <summary>
    /// Takes what was handed to this process: no program that we start inherits it (the manager hands descriptors over without FD_CLOEXEC), and the
    /// variables are gone, so that nobody takes it for his.
    /// </summary>
    /// <exception cref="ErrnoException">One of them is not open: whoever started us set the variables without the descriptors.</exception>
    public static ImmutableArray<PassedDescriptor> Take()
    {
        var passed = Read(
            Environment.GetEnvironmentVariable("LISTEN_FDS"),
            Environment.GetEnvironmentVariable("LISTEN_PID"),
            Environment.GetEnvironmentVariable("LISTEN_FDNAMES"),
            Environment.ProcessId);
        foreach (var name in (string[])["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "LISTEN_PIDFDID"])
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        foreach (var descriptor in passed)
        {
            if (LibC.fcntl(descriptor.Number, LibC.F_SETFD, LibC.FD_CLOEXEC) < 0)
            {
                throw new ErrnoException($"LISTEN_FDS: descriptor {descriptor.Number} ({descriptor.Name}): fcntl", Marshal.GetLastPInvokeError());
            }
        }

        return passed;
    }

    private static bool TryNumber(string? text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
