namespace Supervisor.Import.Systemd;

/// <summary>A .socket unit: the job gets its sockets.</summary>
internal static class SocketUnit
{
    public static void Import(UnitKeys keys, bool startsAnyway)
    {
        _ = keys.All("Unit", "Description");
        var name = keys.All("Socket", "FileDescriptorName").LastOrDefault()?.Value ?? keys.Stem;
        foreach (var entry in keys.All("Socket", "ListenStream"))
        {
            var address = UnitSpecifiers.Expand(DraftText.Escape(entry.Value), keys.Name, message => keys.Problem(entry, message));
            // A port alone is open on all addresses.
            var listen = address.All(char.IsAsciiDigit) ? $"[::]:{address}" : address;
            if (listen[0] == '@' || listen.StartsWith("vsock:", StringComparison.Ordinal))
            {
                keys.Part.Note(entry.Line, "sockets have a path, or an address and a port");
                continue;
            }

            keys.Part.Add("sockets", new DraftMap([("listen", DraftValue.Of(listen)), ("name", DraftValue.Literal(name))]), entry.Line);
        }

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
        keys.TellRest(entry => entry.Key is "ListenDatagram" or "ListenSequentialPacket" or "ListenFIFO" or "ListenSpecial" or "ListenNetlink" or "ListenMessageQueue"
            ? "only stream sockets are opened for a job" : entry.Section == "Socket" ? "no counterpart" : UnitReasons.For(entry));
    }
}
