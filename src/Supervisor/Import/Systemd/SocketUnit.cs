namespace Supervisor.Import.Systemd;

/// <summary>A .socket unit: the job gets its sockets.</summary>
internal static class SocketUnit
{
    public static void Import(UnitKeys keys, bool startsAnyway)
    {
        _ = keys.All("Unit", "Description");
        var name = keys.All("Socket", "FileDescriptorName").LastOrDefault()?.Value ?? keys.Stem;
        foreach (var (theirs, type) in new[] { ("ListenStream", (string?)null), ("ListenDatagram", "datagram"), ("ListenSequentialPacket", "seqpacket") })
        {
            foreach (var entry in keys.All("Socket", theirs))
            {
                Add(keys, entry, type, name);
            }
        }

        _ = keys.All("Socket", "SocketUser", "SocketGroup", "SocketMode", "Backlog", "BindIPv6Only", "ReusePort");
        if (keys.All("Socket", "Accept").LastOrDefault() is { } accept && UnitKeys.IsTrue(accept))
        {
            keys.Part.Note(accept.Line, "one process takes all connections; `systemd-socket-activate --inetd` is not part of this");
        }

        // Only when nothing else starts it: the first connection does.
        if (keys.Part.Get("sockets") is not null && !startsAnyway)
        {
            keys.Part.Set("start", "on-demand", (keys.All("Install", "WantedBy") is [.., var wanted]) ? wanted.Line : null);
        }

        _ = (keys.All("Install", "WantedBy"), keys.All("Socket", "Service"));
        keys.TellRest(entry => entry.Key.StartsWith("Listen", StringComparison.Ordinal) ? "only sockets are opened for a job" : entry.Section == "Socket" ? "no counterpart" : UnitReasons.For(entry));
    }

    private static void Add(UnitKeys keys, UnitEntry entry, string? type, string name)
    {
        var address = UnitSpecifiers.Expand(DraftText.Escape(entry.Value), keys.Name, message => keys.Problem(entry, message));
        if (address.StartsWith("vsock:", StringComparison.Ordinal))
        {
            keys.Part.Note(entry.Line, "sockets have a path, a name that begins with @, or an address and a port");
            return;
        }

        DraftText? Of(string key) => keys.All("Socket", key).LastOrDefault() is { } said ? DraftValue.Literal(said.Value) : null;
        // systemd's own default for the file is 0666, root's.
        var hasFile = address.StartsWith('/');
        keys.Part.Add("sockets", DraftMap.Of(
            ("listen", DraftValue.Of(address)),
            ("name", DraftValue.Literal(name)),
            ("type", type is null ? null : DraftValue.Of(type)),
            ("backlog", type == "datagram" ? null : Of("Backlog")),
            ("mode", hasFile ? Of("SocketMode") ?? DraftValue.Of("0666") : null),
            ("user", hasFile ? Of("SocketUser") ?? DraftValue.Of("root") : null),
            ("group", hasFile ? Of("SocketGroup") ?? (Of("SocketUser") is null ? DraftValue.Of("root") : null) : null),
            ("reuse_port", UnitKeys.IsTrue(keys.All("Socket", "ReusePort").LastOrDefault()) ? DraftValue.True : null),
            ("ipv6_only", keys.All("Socket", "BindIPv6Only").LastOrDefault()?.Value == "ipv6-only" ? DraftValue.True : null)), entry.Line);
    }
}
