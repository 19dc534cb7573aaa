using System.Collections.Immutable;
using Serilog;
using Supervisor.Control;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>Which control socket it is: the one that the service manager listens on for us, else our own.</summary>
internal static class ControlListener
{
    /// <summary>FileDescriptorName= of the control socket in its unit.</summary>
    public const string Name = "control";

    private const string OursHeld = "control/own";
    private const string PassedHeld = "control/passed";

    /// <summary>Whether a descriptor is one that an earlier image has stored: only those names have a slash.</summary>
    public static bool IsHeld(PassedDescriptor descriptor) => descriptor.Name.Contains('/');

    /// <summary>What an earlier image has stored, by name.</summary>
    public static IReadOnlyDictionary<string, int> Held(ImmutableArray<PassedDescriptor> passed) =>
        passed.Where(IsHeld).DistinctBy(descriptor => descriptor.Name).ToDictionary(descriptor => descriptor.Name, descriptor => descriptor.Number);

    /// <summary>The socket, listening.</summary>
    /// <exception cref="ControlSocketException">There is none to be had.</exception>
    public static ControlSocket Open(DaemonSpec spec, ImmutableArray<PassedDescriptor> passed, IDescriptorHolder holder, ILogger log)
    {
        var socket = holder.Take(OursHeld) is { } ours ? ControlSocket.TakenOver(spec, ours, isOurs: true)
            : holder.Take(PassedHeld) is { } given ? ControlSocket.TakenOver(spec, given, isOurs: false)
            : Open(spec, passed, log);
        // A service manager that listens for us goes on listening after our end.
        holder.Hold(socket.IsOurs ? OursHeld : PassedHeld, socket.Descriptor, overCrash: socket.IsOurs);
        return socket;
    }

    private static ControlSocket Open(DaemonSpec spec, ImmutableArray<PassedDescriptor> passed, ILogger log)
    {
        foreach (var stranger in passed.Where(descriptor => descriptor.Name != Name && !IsHeld(descriptor)))
        {
            log.Warning(
                "descriptor {Number:l} ({Name:l}) was handed over, and nothing here is of that name: it stays open and unused (the control socket's is '{Control:l}')",
                stranger.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), stranger.Name, Name);
        }

        if (passed.FirstOrDefault(descriptor => descriptor.Name == Name) is not { } control)
        {
            return ControlSocket.Listen(spec);
        }

        var socket = ControlSocket.Passed(spec, control.Number);
        if (socket.Path != spec.ControlSocket)
        {
            log.Warning(
                "the service manager listens on {Path:l} for us, supervisor.control.socket says {Configured:l}: the first is used; commands find it with -s",
                socket.Path, spec.ControlSocket);
        }

        return socket;
    }
}
