using System.CommandLine;

namespace Supervisor.Cli.Commands;

/// <summary>The commands that hand jobs to an operation of the daemon and tell how it went.</summary>
internal sealed class OperationCommand : ICommand
{
    private readonly Argument<string[]> _jobs;
    private readonly Option<bool>? _withDependents;
    private readonly Option<bool>? _rolling;

    private OperationCommand(string name, string description, bool required, bool withDependents = false, bool rolling = false)
    {
        _jobs = CommonOptions.Jobs(required);
        Syntax = new(name, description) { _jobs };
        if (withDependents)
        {
            _withDependents = new("--with-dependents") { Description = "also stop the running jobs that depend on them" };
            Syntax.Add(_withDependents);
        }

        if (rolling)
        {
            _rolling = new("--rolling") { Description = "one instance after the other: the next one goes when the last one is up; with shared sockets an extra one serves meanwhile" };
            Syntax.Add(_rolling);
        }
    }

    /// <summary><c>supervisor start [JOB...]</c></summary>
    public static OperationCommand Start => new("start", "start jobs, with what they depend on", required: false);

    /// <summary><c>supervisor stop JOB...</c></summary>
    public static OperationCommand Stop => new("stop", "stop jobs and keep them stopped", required: true, withDependents: true);

    /// <summary><c>supervisor restart JOB...</c></summary>
    public static OperationCommand Restart => new("restart", "stop and start jobs; starts what is stopped", required: true, rolling: true);

    /// <summary><c>supervisor try-restart JOB...</c></summary>
    public static OperationCommand TryRestart => new("try-restart", "restart jobs that run; leaves alone what is stopped", required: true);

    /// <summary><c>supervisor reload JOB...</c></summary>
    public static OperationCommand Reload => new("reload", "have jobs re-read their own configuration (their `reload:`)", required: true);

    /// <summary><c>supervisor run-now JOB...</c></summary>
    public static OperationCommand RunNow => new("run-now", "run jobs that have a schedule now, and wait for the end of the run", required: true);

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation) => OperationRun.DoAsync(
        context,
        Syntax.Name,
        new() { Jobs = context.Line.GetValue(_jobs), Wait = context.Wait, WithDependents = context.If(_withDependents), Rolling = context.If(_rolling) },
        cancellation);
}
