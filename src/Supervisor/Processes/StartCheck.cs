using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>What <c>supervisor check</c> can say of a start without making it: the very preparation of a start.</summary>
public static class StartCheck
{
    /// <summary>The first step that would fail; empty when a start would get as far as its child.</summary>
    public static IReadOnlyList<SpawnFailure> Check(ProcessSpec spec)
    {
        try
        {
            using var start = Preparation.Of(spec, StdioTargets.None, [], [], null, who => new CredentialStore(null).Provide(spec, who, default, ""));
            return [];
        }
        catch (SpawnFailedException e)
        {
            return [e.Failure];
        }
        catch (ErrnoException e)
        {
            return [new(ExecStep.CheckProgram, e.Number, Errno.Text(e.Number), e.Call)];
        }
    }
}
