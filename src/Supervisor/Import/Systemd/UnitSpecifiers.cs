using System.Text;

namespace Supervisor.Import.Systemd;

/// <summary>The specifiers of systemd.unit(5), as the system's manager has them.</summary>
internal static class UnitSpecifiers
{
    /// <summary>The instance of a template becomes ours: <c>web@1.service</c> is 1, and <c>web@.service</c> our number.</summary>
    public static string Expand(string template, string unit, Action<string> problem)
    {
        if (!template.Contains('%', StringComparison.Ordinal))
        {
            return template;
        }

        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '%' || i + 1 == template.Length)
            {
                result.Append(template[i]);
            }
            else if (ValueOf(template[++i], unit) is { } value)
            {
                result.Append(value);
            }
            else
            {
                problem($"the specifier %{template[i]} has no counterpart; write its value into the unit and import it again");
            }
        }

        return result.ToString();
    }

    /// <summary>Prefix and instance of a unit's name; the instance is null when there is none, empty for a template.</summary>
    public static (string Prefix, string? Instance) Parts(string unit)
    {
        var stem = unit[..unit.LastIndexOf('.')];
        return stem.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? (stem[..at], stem[(at + 1)..]) : (stem, null);
    }

    private static string? ValueOf(char specifier, string unit)
    {
        var (prefix, instance) = Parts(unit);
        var number = instance is "" ? "${instance}" : instance ?? "";
        return specifier switch
        {
            '%' => "%",
            'i' => number,
            'I' => Unescaped(number),
            'n' => instance is "" ? $"{prefix}@${{instance}}.service" : unit,
            'N' => instance is "" ? $"{prefix}@${{instance}}" : unit[..unit.LastIndexOf('.')],
            'p' => prefix,
            'P' => Unescaped(prefix),
            'j' => prefix[(prefix.LastIndexOf('-') + 1)..],
            'J' => Unescaped(prefix[(prefix.LastIndexOf('-') + 1)..]),
            'h' => "/root",
            'u' or 'g' => "root",
            'U' or 'G' => "0",
            's' => "/bin/sh",
            't' => "/run",
            'S' => "/var/lib",
            'C' => "/var/cache",
            'L' => "/var/log",
            'E' => "/etc",
            'T' => "/tmp",
            'V' => "/var/tmp",
            'f' => "/" + Unescaped(instance is null ? prefix : number),
            'H' or 'l' => "${HOSTNAME:-localhost}",
            _ => null,
        };
    }

    // systemd-escape: a minus sign stands for a slash, \xNN for other characters.
    private static string Unescaped(string text) => text.StartsWith("${", StringComparison.Ordinal) ? text : text.Replace('-', '/').Replace("\\x2d", "-", StringComparison.Ordinal);
}
