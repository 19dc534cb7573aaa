using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Import;

/// <summary>A signal as other process managers write it: <c>TERM</c>, <c>SIGTERM</c>, <c>15</c>.</summary>
internal static class ImportedSignal
{
    /// <summary>Its name; null, and <paramref name="problem"/> told, when it is none.</summary>
    public static string? Of(string text, Action<string> problem)
    {
        if (Signal.TryParse(text, out var signal))
        {
            return signal.Name;
        }

        var name = text.ToUpperInvariant();
        problem($"expected a signal, found '{text}'{Suggestions.For(name.StartsWith("SIG", StringComparison.Ordinal) ? name : "SIG" + name, Signal.Names)}");
        return null;
    }
}
