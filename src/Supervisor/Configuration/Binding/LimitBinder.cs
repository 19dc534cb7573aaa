using System.Globalization;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>limits:</c> of a job.</summary>
internal static class LimitBinder
{
    public static Sequence<ResourceLimit> Limits(SectionReader job)
    {
        if (job["limits"] is null)
        {
            return [];
        }

        var section = job.Sub("limits", JobKeys.Limits);
        var limits = new List<ResourceLimit>();
        foreach (var (key, value) in section.Map.Entries)
        {
            if (Vocabulary.Limits.TryFind(key.Value, out var resource) && Limit(section, key.Value, value, resource) is { } limit)
            {
                limits.Add(limit);
            }
        }

        return limits.ToSequence();
    }

    private static ResourceLimit? Limit(SectionReader section, string key, YamlNode node, RlimitResource resource)
    {
        var expected = $"{(IsBytes(resource) ? Sizes.Expected : "a number")}, unlimited, or soft:hard";
        if (section.Scope.Text(node, section.What(key), expected) is not { } text)
        {
            return null;
        }

        var at = text.IndexOf(':', StringComparison.Ordinal);
        var (soft, hard) = at < 0 ? (text, text) : (text[..at], text[(at + 1)..]);
        if (!TryValue(soft, resource, out var softValue) || !TryValue(hard, resource, out var hardValue))
        {
            return section.Scope.WrongValue<ResourceLimit>(node, section.What(key), expected, YamlScalar.Shown(text));
        }

        if (softValue > hardValue)
        {
            section.Scope.Problem(node, $"{section.What(key)}: the soft limit {soft} is above the hard limit {hard}");
            return null;
        }

        return new(resource, softValue, hardValue);
    }

    private static bool TryValue(string text, RlimitResource resource, out ulong value)
    {
        if (text is "unlimited" or "infinity")
        {
            value = ResourceLimit.Unlimited;
            return true;
        }

        return IsBytes(resource)
            ? Sizes.TryParse(text, out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsBytes(RlimitResource resource) => resource is RlimitResource.Fsize or RlimitResource.Data or RlimitResource.Stack
        or RlimitResource.Core or RlimitResource.Rss or RlimitResource.Memlock or RlimitResource.As or RlimitResource.Msgqueue;
}
