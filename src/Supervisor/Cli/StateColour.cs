namespace Supervisor.Cli;

/// <summary>SGR codes by state and level.</summary>
internal static class StateColour
{
    /// <summary>Green for what is well, yellow for what is on its way, red for what was given up; null: none.</summary>
    public static string? Of(string? state) => state switch
    {
        "ready" or "running" or "completed" => "32",
        "failed" => "31",
        "backoff" or "waiting" or "starting" or "stopping" or "cleaning" or "reloading" => "33",
        _ => null,
    };

    /// <summary>The same for the level of an event.</summary>
    public static string? OfLevel(string level) => level switch
    {
        "error" => "31",
        "warning" => "33",
        "detail" => "2",
        _ => null,
    };

    /// <summary>Text in a colour, when colours are wanted.</summary>
    public static string Paint(string text, string? colour, bool colours) => colours && colour is not null ? $"\e[{colour}m{text}\e[0m" : text;
}
