using System.Globalization;
using Supervisor.Configuration.Keys;

namespace Supervisor.Import.Systemd;

/// <summary>Limits, priorities and resources of a service.</summary>
internal static class ServiceLimits
{
    public static void Import(UnitKeys keys)
    {
        foreach (var name in Vocabulary.Limits.All)
        {
            if (keys.Last("Limit" + name.ToUpperInvariant()) is { } entry)
            {
                keys.Part.Set($"limits.{name}", string.Join(':', entry.Value.Split(':').Select(value => Limit(keys, entry, name, value.Trim()))), entry.Line);
            }
        }

        if (keys.Last("Nice") is { } nice && keys.Number(nice, -20, 19) is { } level)
        {
            keys.Part.Set("nice", level.ToString(), nice.Line);
        }

        if (keys.Last("OOMScoreAdjust") is { } score && keys.Number(score, -1000, 1000) is { } adjust)
        {
            keys.Part.Set("oom_score_adjust", adjust.ToString(), score.Line);
        }

        Scheduling(keys);
        Resources(keys);
    }

    private static string Limit(UnitKeys keys, UnitEntry entry, string name, string value)
    {
        if (value is "infinity")
        {
            return "unlimited";
        }

        if (name is "cpu" or "rttime" && UnitTimes.TryParse(value, out var time) && time is { } span)
        {
            return ((long)(name == "cpu" ? span.TotalSeconds : value.All(char.IsAsciiDigit) ? span.TotalSeconds : span.TotalMicroseconds)).ToString();
        }

        if (Bytes(value) is { } size && (name is "fsize" or "data" or "stack" or "core" or "rss" or "memlock" or "as" or "msgqueue" || size.All(char.IsAsciiDigit)))
        {
            return size;
        }

        keys.Problem(entry, $"expected a value, soft:hard or infinity, found '{entry.Value}'");
        return "0";
    }

    /// <summary>Sizes of systemd have units of 1024.</summary>
    private static string? Bytes(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits == 0 ? null : text[digits..] switch
        {
            "" or "B" => text[..digits],
            "K" or "M" or "G" or "T" => text[..(digits + 1)] + "iB",
            _ => null,
        };
    }

    private static void Scheduling(UnitKeys keys)
    {
        if (keys.Last("IOSchedulingClass") is { } io && io.Value is not ("none" or "0"))
        {
            keys.Part.Set("ionice.class", io.Value switch { "1" => "realtime", "2" => "best-effort", "3" => "idle", var word => word }, io.Line);
        }

        if (keys.Last("IOSchedulingPriority") is { } priority && keys.Number(priority, 0, 7) is { } level
            && (keys.Part.Get("ionice.class") as DraftText)?.Template is not "idle")
        {
            keys.Part.Set("ionice.class", (keys.Part.Get("ionice.class") as DraftText)?.Template ?? "best-effort");
            keys.Part.Set("ionice.level", level.ToString(), priority.Line);
        }

        if (keys.Last("CPUSchedulingPolicy") is { } policy)
        {
            keys.Part.Set("scheduling.policy", policy.Value, policy.Line);
            if (keys.Last("CPUSchedulingPriority") is { } real && keys.Number(real, 1, 99) is { } at && policy.Value is "fifo" or "rr")
            {
                keys.Part.Set("scheduling.priority", at.ToString(), real.Line);
            }
        }

        var cpus = keys.All("Service", "CPUAffinity");
        if (cpus.Count > 0 && cpus[^1].Value != "numa")
        {
            keys.Part.Set("cpu_affinity", string.Join(',', cpus.SelectMany(entry => entry.Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))), cpus[^1].Line);
        }
    }

    private static void Resources(UnitKeys keys)
    {
        if (keys.Last("MemoryMax", "MemoryLimit") is { } memory && memory.Value != "infinity")
        {
            if (Bytes(memory.Value) is { } size)
            {
                keys.Part.Set("resources.memory", size, memory.Line);
            }
            else
            {
                keys.Part.Note(memory.Line, "write it as a size: resources: {memory: 512MiB}");
            }
        }

        if (keys.Last("TasksMax") is { } tasks && tasks.Value != "infinity")
        {
            if (tasks.Value.All(char.IsAsciiDigit))
            {
                keys.Part.Set("resources.tasks", tasks.Value, tasks.Line);
            }
            else
            {
                keys.Part.Note(tasks.Line, "write it as a number: resources: {tasks: 100}");
            }
        }

        if (keys.Last("CPUQuota") is { } quota)
        {
            if (quota.Value.EndsWith('%') && decimal.TryParse(quota.Value[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
            {
                keys.Part.Set("resources.cpu", quota.Value, quota.Line);
            }
            else
            {
                keys.Problem(quota, $"expected a percentage such as 150%, found '{quota.Value}'");
            }
        }
    }
}
