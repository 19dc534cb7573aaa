using Supervisor.Control.Messages;

namespace Supervisor.Cli;

/// <summary>How an operation went, in words: what worked to standard output, what failed to standard error.</summary>
internal static class AnswerText
{
    /// <summary>Shows it.</summary>
    /// <returns>The exit code.</returns>
    public static int Show(CommandContext context, OperationAnswer answer, ReadOnlyMemory<byte> json)
    {
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCode(answer);
        }

        foreach (var line in answer.Plan)
        {
            context.Terminal.Told(PlainText.Of(line));
        }

        foreach (var job in answer.Jobs)
        {
            Action<string> write = job.Ok ? context.Terminal.Told : context.Terminal.Error;
            foreach (var line in Lines(job))
            {
                write(PlainText.Of(line));
            }
        }

        if (answer.Message is { } message)
        {
            Action<string> write = answer.Outcome == "failed" ? context.Terminal.Error : context.Terminal.Told;
            write(PlainText.Of(message));
        }

        if (answer is { Message: null, Jobs.Count: 0, Plan.Count: 0 })
        {
            context.Terminal.Told("nothing to do");
        }

        return ExitCode(answer);
    }

    /// <summary>The lines about one instance.</summary>
    public static IEnumerable<string> Lines(InstanceAnswer job)
    {
        yield return $"{job.Name}: {job.Message}";
        var place = job.Position is null ? "" : $"({job.Position})";
        if (job.Next is { } next)
        {
            yield return $"  next: {next}   {place}".TrimEnd();
        }
        else if (place.Length > 0)
        {
            yield return $"  {place}";
        }
    }

    /// <summary>0 or 1.</summary>
    public static int ExitCode(OperationAnswer answer) => answer.Outcome == "failed" ? ExitCodes.Failed : ExitCodes.Done;
}
