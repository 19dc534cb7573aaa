using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>Commands and the steps that run them.</summary>
internal static class CommandBinder
{
    private const string Example = "[{run: ...}]";
    private const string Expected = "a command: a list of words, or one string";

    public static Sequence<string>? Command(Scope scope, YamlNode node, ValueName what)
    {
        var words = node is YamlList list ? FromList(scope, list, what) : FromString(scope, node, what);
        if (words is null)
        {
            return null;
        }

        return words is [{ Length: > 0 }, ..] ? words
            : scope.Wrong<Sequence<string>>(node, what, Expected, words.Count == 0 ? "no word" : "an empty program name");
    }

    public static Sequence<string>? Command(SectionReader section, string key) =>
        section[key] is { } node ? Command(section.Scope, node, section.What(key)) : null;

    public static Sequence<CommandStep> Steps(SectionReader job, string key) =>
        job[key] is null ? [] : job.Items(key, example: Example).Select((item, index) => Step(Placed(job, key, index, job.InList(key, item, JobKeys.Step)), item)).OfType<CommandStep>().ToSequence();

    public static Sequence<CleanupHook> Hooks(SectionReader section, string key) =>
        section[key] is null ? [] : section.Items(key, example: Example).Select((item, index) => Hook(Placed(section, key, index, section.InList(key, item, JobKeys.Hook)), item)).OfType<CleanupHook>().ToSequence();

    /// <summary>Notes where the command of a step in a list stands: <c>before_start[0]</c>.</summary>
    public static SectionReader Placed(SectionReader parent, string key, int index, SectionReader step)
    {
        if (step["run"] is { } run)
        {
            parent.Scope.Places.Add(new($"{key}[{index}]", run.Position));
        }

        return step;
    }

    private static CleanupHook? Hook(SectionReader hook, YamlNode item)
    {
        var on = hook.Word("on", Vocabulary.HookCondition, HookCondition.Always);
        return Step(hook, item) is { } step ? new(step.Command, on, step.Timeout) : null;
    }

    private static CommandStep? Step(SectionReader step, YamlNode item)
    {
        if (step["run"] is null && item is YamlMap)
        {
            step.Scope.Problem(item, $"{step.What("run")} is missing");
        }

        var command = Command(step, "run");
        var timeout = step.Duration("timeout") ?? CommandStep.DefaultTimeout;
        return command is null ? null : new(command, timeout);
    }

    private static Sequence<string>? FromList(Scope scope, YamlList list, ValueName what)
    {
        var words = new string[list.Items.Count];
        for (var i = 0; i < words.Length; i++)
        {
            if (scope.Text(list.Items[i], what) is not { } word)
            {
                return null;
            }

            words[i] = word;
        }

        return new(words);
    }

    private static Sequence<string>? FromString(Scope scope, YamlNode node, ValueName what)
    {
        // Variables first, as in a compose file: what they hold is split too, unless quotes are around them.
        if (scope.Text(node, what, Expected) is not { } text)
        {
            return null;
        }

        var (words, problem) = CommandWords.Split(text);
        if (problem is not null)
        {
            scope.Problem(node, $"{what}: {problem}");
        }

        return words?.ToSequence();
    }
}
