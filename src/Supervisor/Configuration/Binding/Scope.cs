using System.Globalization;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>Reads scalars: expands variables, checks types and ranges; null when there is a problem, which is then told.</summary>
/// <param name="problems">Where problems go.</param>
/// <param name="variables">What <c>${...}</c> stands for.</param>
internal sealed class Scope(Problems problems, Variables variables)
{
    // Of most jobs.
    private const int MostPlaces = 12;

    /// <summary>Where the keys stand that have been met; the last place of a key counts.</summary>
    public List<KeyPlace> Places { get; } = new(MostPlaces);

    /// <summary>How many variables of the job have been expanded: what has one in it is so for this job only.</summary>
    public int OfJob => variables.OfJob;

    public void Problem(YamlNode node, string message) => problems.Add(node.Position, message);

    /// <summary>The expanded text of a scalar; a number or boolean counts as its text.</summary>
    public string? Text(YamlNode node, ValueName what, string expected = "text", bool nullIsWord = false)
    {
        if (!IsText(node, nullIsWord))
        {
            return Wrong<string>(node, what, expected);
        }

        var text = ((YamlScalar)node).Value;
        return text.AsSpan().ContainsAny('$', '\0') ? Expanded(node, what, text) : text;
    }

    public string? NonEmpty(YamlNode node, ValueName what, string expected = "text")
    {
        var text = Text(node, what, expected);
        return text is "" ? Wrong<string>(node, what, expected, "an empty text") : text;
    }

    public bool? Boolean(YamlNode node, ValueName what)
    {
        const string Expected = "true or false";
        if (Text(node, what, Expected) is not { } text)
        {
            return null;
        }

        // A quoted "true" is a string in YAML; a quoted variable has to be quoted.
        var typed = ((YamlScalar)node).IsPlain || ((YamlScalar)node).Value.Contains("${", StringComparison.Ordinal);
        return (typed, text) switch
        {
            (true, "true" or "True" or "TRUE") => true,
            (true, "false" or "False" or "FALSE") => false,
            (false, "true" or "false") => WrongValue<bool>(node, what, Expected, $"the string '{text}'"),
            _ => WrongValue<bool>(node, what, Expected, YamlScalar.Shown(text)),
        };
    }

    public int? Integer(YamlNode node, ValueName what, int least, int most)
    {
        if (!IsText(node))
        {
            return WrongValue<int>(node, what, Expected(), node.InWords);
        }

        return Text(node, what) is not { } text ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
            : WrongValue<int>(node, what, Expected(), YamlScalar.Shown(text));

        string Expected() => least == most ? $"{least}" : $"a whole number from {least} to {most}";
    }

    public double? Number(YamlNode node, ValueName what, double least, double most, bool percent = false)
    {
        if (!IsText(node))
        {
            return WrongValue<double>(node, what, Expected(), node.InWords);
        }

        if (Text(node, what) is not { } text)
        {
            return null;
        }

        var isPercent = percent && text.EndsWith('%');
        var parsed = double.TryParse(isPercent ? text.AsSpan(..^1) : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        number = isPercent ? number / 100 : number;
        return parsed && number >= least && number <= most ? number : WrongValue<double>(node, what, Expected(), YamlScalar.Shown(text));

        string Expected() => percent ? $"a percentage from {least * 100:0}% to {most * 100:0}%" : $"a number from {least} to {most}";
    }

    public TimeSpan? Duration(YamlNode node, ValueName what, bool zeroAllowed = true)
    {
        var expected = Durations.Expected;
        if (Text(node, what, expected) is not { } text)
        {
            return null;
        }

        if (Durations.TryParse(text, out var duration))
        {
            return duration > TimeSpan.Zero || zeroAllowed ? duration : WrongValue<TimeSpan>(node, what, expected, "zero");
        }

        var hint = text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit) ? $"; a unit is missing: {text}s?" : "";
        return WrongValue<TimeSpan>(node, what, expected, YamlScalar.Shown(text) + hint);
    }

    public ulong? Size(YamlNode node, ValueName what) =>
        Text(node, what, Sizes.Expected) is not { } text ? null
        : Sizes.TryParse(text, out var bytes) ? bytes
        : WrongValue<ulong>(node, what, Sizes.Expected, YamlScalar.Shown(text));

    public Signal? Signal(YamlNode node, ValueName what)
    {
        const string Expected = "a signal such as SIGTERM";
        return Text(node, what, Expected) is not { } text ? null
            : Specs.Signal.TryParse(text, out var signal) ? signal
            : WrongValue<Signal>(node, what, Expected, YamlScalar.Shown(text) + Suggestions.For(text, Specs.Signal.Names));
    }

    public T? Word<T>(YamlNode node, ValueName what, Words<T> words, string? expected = null)
        where T : struct
    {
        expected ??= words.Expected;
        if (Text(node, what, expected, nullIsWord: words.HasNull) is not { } text)
        {
            return null;
        }

        if (words.IsFuture(text))
        {
            Problem(node, $"{what}: '{text}' is not supported in this version");
            return null;
        }

        return words.TryFind(text, out var value) ? value
            : WrongValue<T>(node, what, expected, YamlScalar.Shown(text) + (PeerWord.In(words.Peers, text) ?? Suggestions.For(text, words.All)));
    }

    public T? WrongValue<T>(YamlNode node, ValueName what, string expected, string found)
        where T : struct
    {
        Problem(node, $"{what}: expected {expected}, found {found}");
        return null;
    }

    public T? Wrong<T>(YamlNode node, ValueName what, string expected, string? found = null)
        where T : class
    {
        Problem(node, $"{what}: expected {expected}, found {found ?? node.InWords}");
        return null;
    }

    private static bool IsText(YamlNode node, bool nullIsWord = false) =>
        node is YamlScalar scalar && (!scalar.IsNull || (nullIsWord && scalar.Value == "null"));

    private string? Expanded(YamlNode node, ValueName what, string written)
    {
        var failed = false;
        var text = variables.Expand(written, message =>
        {
            failed = true;
            Problem(node, $"{what}: {message}");
        });
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            Problem(node, $"{what}: a NUL character cannot be passed to a program");
            return null;
        }

        return failed ? null : text;
    }
}
