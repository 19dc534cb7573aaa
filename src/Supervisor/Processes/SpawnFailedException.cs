using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>A preparation step failed; becomes the value <see cref="SpawnFailure"/> at the edge of Processes/.</summary>
internal sealed class SpawnFailedException(SpawnFailure failure) : Exception(failure.ToString())
{
    public SpawnFailure Failure => failure;

    public static SpawnFailedException Of(ExecStep step, int errno, string? detail) => new(new SpawnFailure(step, errno, Errno.Text(errno), detail));

    public static SpawnFailedException Because(ExecStep step, string explanation) => new(new SpawnFailure(step, 0, "", explanation));
}
