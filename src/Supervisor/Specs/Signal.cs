using System.Globalization;

namespace Supervisor.Specs;

/// <summary>A Linux signal by number (generic numbers of x86-64 and arm64), with its name. Source: signal(7).</summary>
public readonly record struct Signal(int Number)
{
    private static readonly string[] _names =
    [
        "SIG0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    // glibc keeps 32 and 33 for itself, so programs see SIGRTMIN as 34.
    private const int FirstRealTime = 34;
    private const int LastRealTime = 64;

    /// <summary>SIGHUP.</summary>
    public static Signal Hup => new(1);

    /// <summary>SIGINT.</summary>
    public static Signal Int => new(2);

    /// <summary>SIGABRT.</summary>
    public static Signal Abrt => new(6);

    /// <summary>SIGKILL.</summary>
    public static Signal Kill => new(9);

    /// <summary>SIGPIPE.</summary>
    public static Signal Pipe => new(13);

    /// <summary>SIGTERM.</summary>
    public static Signal Term => new(15);

    /// <summary>SIGCONT.</summary>
    public static Signal Cont => new(18);

    /// <summary>The name with its SIG: <c>SIGTERM</c>, <c>SIGRTMIN+3</c>; <c>SIG32</c> for the two that have none.</summary>
    public string Name => Number switch
    {
        > 0 and <= 31 => _names[Number],
        FirstRealTime => "SIGRTMIN",
        > FirstRealTime and <= LastRealTime => $"SIGRTMIN+{Number - FirstRealTime}",
        _ => $"SIG{Number}",
    };

    /// <summary>Every name that <see cref="TryParse"/> takes for the standard signals, for did-you-mean.</summary>
    public static IEnumerable<string> Names => _names.Skip(1);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Reads <c>SIGTERM</c>, <c>TERM</c>, <c>15</c>, <c>SIGRTMIN+3</c>, <c>RTMAX-1</c>, in any case.</summary>
    public static bool TryParse(string text, out Signal signal)
    {
        var name = text.ToUpperInvariant();
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            signal = new(number);
            return number is > 0 and <= LastRealTime;
        }

        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name : "SIG" + name;
        number = name switch
        {
            "SIGPOLL" => 29,
            "SIGIOT" => 6,
            "SIGCLD" => 17,
            _ when name.StartsWith("SIGRTMIN", StringComparison.Ordinal) => Offset(name["SIGRTMIN".Length..], FirstRealTime),
            _ when name.StartsWith("SIGRTMAX", StringComparison.Ordinal) => Offset(name["SIGRTMAX".Length..], LastRealTime),
            _ => Array.IndexOf(_names, name),
        };
        signal = new(number);
        return number is > 0 and <= LastRealTime;
    }

    private static int Offset(string text, int from) =>
        text.Length == 0 ? from
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset)
            && from + offset is >= FirstRealTime and <= LastRealTime ? from + offset
        : -1;
}
