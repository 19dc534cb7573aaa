using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor scale web=6</c></summary>
internal sealed class ScaleCommand : ICommand
{
    private readonly Argument<string> _wanted = new("JOB=N") { Description = "a job and how many instances of it: web=6" };

    public ScaleCommand()
    {
        _wanted.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TryParse(token.Value, out _, out _))
            {
                result.AddError($"scale: a job and a number, such as web=6, not '{token.Value}'");
            }
        });
        _wanted.CompletionSources.Add(context => JobNames.Of(context, job => job + "="));
        Syntax = new("scale", "run another number of instances of a job, until the configuration is applied again") { _wanted };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        _ = TryParse(context.Line.GetRequiredValue(_wanted), out var job, out var count);
        return OperationRun.DoAsync(context, "scale", new() { Jobs = [job], Instances = count, Wait = context.Wait }, cancellation);
    }

    private static bool TryParse(string text, out string job, out int count)
    {
        var at = text.LastIndexOf('=');
        job = at > 0 ? text[..at] : "";
        count = 0;
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }
}
