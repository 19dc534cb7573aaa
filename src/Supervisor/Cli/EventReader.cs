namespace Supervisor.Cli;

/// <summary>Reads the data of server-sent events, as our own daemon writes them: one line each.</summary>
internal static class EventReader
{
    private const string Data = "data: ";

    /// <summary>The JSON of the next event; null at the end.</summary>
    public static async ValueTask<string?> NextAsync(StreamReader reader, CancellationToken cancellation)
    {
        while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal))
            {
                return line[Data.Length..];
            }
        }

        return null;
    }
}
