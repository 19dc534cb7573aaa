using System.Net;
using System.Net.Sockets;
using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Ports and paths that are used twice.</summary>
internal static class SocketConflicts
{
    private readonly record struct Use(JobDefinition Job, InstanceName Instance, SocketSpec Socket);

    /// <summary>Tells every socket that another one takes already; instances of a job that name the same one share it.</summary>
    public static void Check(IEnumerable<JobDefinition> jobs, HttpSpec? http, Problems problems)
    {
        var taken = new Dictionary<string, List<Use>>();
        foreach (var job in jobs)
        {
            for (var index = 0; index < job.Instances; index++)
            {
                var spec = job.Instance(index);
                foreach (var socket in spec.Sockets)
                {
                    var use = new Use(job, spec.Name, socket);
                    if (http is not null && socket is { Port: { } port, Kind: SocketKind.Stream } && port == http.Listen.Port && Overlap(socket, new() { Name = "", Address = http.Listen.Address, Port = port }))
                    {
                        Tell(use, "the dashboard (supervisor.http.listen)", problems);
                    }

                    var places = taken.TryGetValue(KeyOf(socket), out var known) ? known : taken[KeyOf(socket)] = [];
                    if (places.Find(other => IsAnother(other, use) && Collide(other.Socket, socket)) is { Job: not null } other)
                    {
                        Tell(use, $"job '{other.Instance}'{(other.Job.PositionOf("sockets." + other.Socket) is { } at ? $" at {at}" : "")}", problems);
                    }

                    places.Add(use);
                }
            }
        }
    }

    /// <summary>Whether the second one could not be opened while the first one is.</summary>
    public static bool Collide(SocketSpec one, SocketSpec other) =>
        one.Path is not null || other.Path is not null
            ? one.Path == other.Path
            : one.Port == other.Port && (one.Kind is SocketKind.Datagram) == (other.Kind is SocketKind.Datagram) && !(one.ReusePort && other.ReusePort) && Overlap(one, other);

    private static string KeyOf(SocketSpec socket) => socket.Path ?? $"{socket.Port}";

    private static bool IsAnother(Use one, Use other) => one.Instance != other.Instance && !(one.Job == other.Job && one.Socket == other.Socket);

    private static void Tell(Use use, string by, Problems problems) => problems.Add(
        use.Job.PositionOf("sockets." + use.Socket) ?? use.Job.PositionOf("sockets") ?? default,
        $"'sockets' in job '{use.Instance.Job}': {use.Socket} is taken by {by}");

    private static bool Overlap(SocketSpec one, SocketSpec other) =>
        (Takes(one, AddressFamily.InterNetwork) && Takes(other, AddressFamily.InterNetwork) && Same(one, other, IPAddress.Any))
        || (Takes(one, AddressFamily.InterNetworkV6) && Takes(other, AddressFamily.InterNetworkV6) && Same(one, other, IPAddress.IPv6Any));

    // [::] takes IPv4 as well, unless it is told not to.
    private static bool Takes(SocketSpec socket, AddressFamily family) =>
        (socket.Address is null && !(socket.Ipv6Only && family is AddressFamily.InterNetwork))
        || socket.Address?.AddressFamily == family
        || (family is AddressFamily.InterNetwork && IPAddress.IPv6Any.Equals(socket.Address) && !socket.Ipv6Only);

    private static bool Same(SocketSpec one, SocketSpec other, IPAddress any) => IsAny(one, any) || IsAny(other, any) || one.Address!.Equals(other.Address);

    private static bool IsAny(SocketSpec socket, IPAddress any) => socket.Address is null || any.Equals(socket.Address) || IPAddress.IPv6Any.Equals(socket.Address);
}
