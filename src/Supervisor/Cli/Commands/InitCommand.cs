using System.CommandLine;
using System.Text;
using Supervisor.Linux;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor init [FILE]</c></summary>
internal sealed class InitCommand : ICommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "the file to write", DefaultValueFactory = _ => "supervisor.yaml" };

    public InitCommand() => Syntax = new("init", "write a commented starter configuration; never overwrites") { _file };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var file = context.Line.GetRequiredValue(_file);
        try
        {
            var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(StarterFile.Text), cancellation).ConfigureAwait(false);
            }
        }
        catch (IOException) when (Path.Exists(file))
        {
            throw new CommandFailure(ExitCodes.Failed, $"{file} is there already and was left as it was; `supervisor init OTHER.yaml` writes another");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Failed, $"cannot write {file}: {FailureText.Of(failure, file)}");
        }

        context.Terminal.Told($"{file} written; `supervisor check -c {file}` looks at it, `supervisor run -c {file}` runs it");
        return ExitCodes.Done;
    }
}
