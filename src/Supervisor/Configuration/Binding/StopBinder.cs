using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>stop:</c> and <c>reload:</c> of a job.</summary>
internal static class StopBinder
{
    private static readonly TimeSpan _defaultWait = TimeSpan.FromSeconds(10);

    public static StopSpec Stop(SectionReader job)
    {
        if (job["stop"] is not { } node)
        {
            return StopSpec.Default;
        }

        if (node is YamlList list)
        {
            return new() { Steps = Steps(job, "stop", list, node) };
        }

        var section = job.Sub("stop", JobKeys.Stop);
        var to = section.Word("to", Vocabulary.Target, SignalTarget.Main);
        if (section["steps"] is { } steps)
        {
            if ((section["signal"] ?? section["timeout"]) is { } other)
            {
                section.Scope.Problem(other, $"{section.What("steps")} takes the place of 'signal' and 'timeout': use one or the other");
            }

            return new() { To = to, Steps = Steps(section, "steps", steps as YamlList, steps) };
        }

        var signal = section.Signal("signal") ?? Signal.Term;
        return new() { To = to, Steps = [new(signal, null, section.Duration("timeout", zeroAllowed: true) ?? _defaultWait)] };
    }

    public static ReloadSpec? Reload(SectionReader job)
    {
        if (job["reload"] is not { } node)
        {
            return null;
        }

        var section = job.Sub("reload", JobKeys.Reload);
        ExactlyOne(section, node);
        var run = CommandBinder.Command(section, "run");
        var notify = section.Boolean("notify");
        if (section["timeout"] is { } timeout && section["run"] is null && !notify)
        {
            section.Scope.Problem(timeout, $"{section.What("timeout")} means nothing without 'run' or 'notify: true'");
        }

        if (notify && section["run"] is not null)
        {
            section.Scope.Problem(section["notify"]!, $"{section.What("notify")} is for a signal: a command is done when it ends");
        }

        var limit = section.Duration("timeout") ?? CommandStep.DefaultTimeout;
        return new(section.Signal("signal"), run is null ? null : new(run, limit), notify ? limit : null);
    }

    private static Sequence<StopStep> Steps(SectionReader parent, string key, YamlList? list, YamlNode node)
    {
        if (list is null || list.Items.Count == 0)
        {
            parent.Scope.Wrong<string>(node, parent.What(key), "a list of steps", list is null ? null : "an empty list");
            return StopSpec.Default.Steps;
        }

        return list.Items.Select((item, index) => Step(CommandBinder.Placed(parent, "stop", index, parent.InList(key, item, JobKeys.StopStep)), item)).ToSequence();
    }

    private static StopStep Step(SectionReader step, YamlNode item)
    {
        ExactlyOne(step, item);
        var signal = step.Signal("signal");
        var otherwise = signal == Signal.Kill ? TimeSpan.Zero : _defaultWait;
        return new(signal, CommandBinder.Command(step, "run"), step.Duration("wait", zeroAllowed: true) ?? otherwise);
    }

    private static void ExactlyOne(SectionReader section, YamlNode node)
    {
        if (node is YamlMap && (section["signal"] is null) == (section["run"] is null))
        {
            section.Scope.Problem(node, $"{section.What("signal")}: expected either 'signal' or 'run', found {(section["run"] is null ? "neither" : "both")}");
        }
    }
}
