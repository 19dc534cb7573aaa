using System.CommandLine;
using System.Text;
using System.Text.Json;
using Supervisor.Configuration.Files;
using Supervisor.Control.Messages;
using Supervisor.Import;
using Supervisor.Jobs;
using Supervisor.Linux;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor import FILE...</c>: the configuration of another process manager as ours.</summary>
internal sealed class ImportCommand : ICommand
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "supervisord.conf, compose.yaml, Procfile, or unit files: .service with its .socket, .timer and drop-ins",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "what it is: supervisord, compose, procfile or systemd (default: by name and content)",
        HelpName = "KIND",
    };

    private readonly Option<string?> _write = new("--write", "-w") { Description = "write to a file that does not exist yet, in place of standard output", HelpName = "OUT" };

    private readonly Option<bool> _force = new("--force") { Description = "replace that file" };

    public ImportCommand()
    {
        Choice.Of(_from, "supervisord", "compose", "procfile", "systemd");
        Syntax = new("import", "write a configuration from that of another process manager, with a comment for what has no counterpart") { _files, _from, _write, _force };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var kind = context.Line.GetValue(_from) is { } from ? Enum.Parse<ImportKind>(from, ignoreCase: true) : (ImportKind?)null;
        var result = Importer.Import(context.Line.GetRequiredValue(_files), kind);
        var file = context.Line.GetValue(_write);
        if (result.Text is not null && file is not null)
        {
            await WriteAsync(file, result.Text, context.Line.GetValue(_force), cancellation).ConfigureAwait(false);
        }

        if (context.Format is OutputFormat.Json)
        {
            var message = new ImportMessage(
                result.Kind?.ToString().ToLowerInvariant(), result.Text is not null && file is null ? result.Text : null, file, [.. result.Jobs], result.Remarks,
                [.. result.Problems.Select(ConfigurationProblemMessage.Of)]);
            context.Terminal.Line(JsonSerializer.Serialize(message, ControlJson.Default.ImportMessage));
        }
        else if (result.Text is null)
        {
            foreach (var problem in result.Problems)
            {
                context.Terminal.Error(PlainText.Of(problem.ToString()));
            }

            context.Terminal.Error($"nothing was written: {InWords.Count(result.Problems.Length, "problem")}");
        }
        else
        {
            if (file is null)
            {
                context.Terminal.Write(result.Text);
            }

            var (jobs, remarks) = (result.Jobs.Length, result.Remarks);
            context.Terminal.Note($"{InWords.Count(jobs, "job")}{(file is null ? "" : $" written to {file}")}, {(remarks == 0 ? "everything has a counterpart" : $"{InWords.Count(remarks, "comment")} to read")}; then `supervisor check -c {file ?? "FILE"}`");
        }

        return result.Text is null ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task WriteAsync(string file, string text, bool force, CancellationToken cancellation)
    {
        try
        {
            var stream = new FileStream(file, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation).ConfigureAwait(false);
            }
        }
        catch (IOException) when (!force && Path.Exists(file))
        {
            throw new CommandFailure(ExitCodes.Failed, $"{file} is there already and was left as it was; --force replaces it");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Failed, $"cannot write {file}: {FailureText.Of(failure, file)}");
        }
    }
}
