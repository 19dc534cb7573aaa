using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>Descriptors that a program inherits besides the standard ones.</summary>
[Collection("processes")]
public class InheritedDescriptorTests
{
    [Fact]
    public async Task They_are_at_3_and_above_in_their_order_and_their_variables_tell_the_numbers()
    {
        using var first = SealedMemory.Create("first", 4096);
        using var second = SealedMemory.Create("second", 4096);
        Sequence<InheritedDescriptor> inherited =
            [new((int)second.DangerousGetHandle(), "SECOND_FD"), new((int)first.DangerousGetHandle(), "FIRST_FD"), new((int)second.DangerousGetHandle(), "AGAIN_FD")];

        var output = await Says(inherited, "echo $SECOND_FD $FIRST_FD $AGAIN_FD; for i in 3 4 5; do readlink /proc/$$/fd/$i; done; [ -e /proc/$$/fd/6 ] || echo none at 6; pwd");

        Assert.Equal("3 4 5\n/memfd:second (deleted)\n/memfd:first (deleted)\n/memfd:second (deleted)\nnone at 6\n/usr\n", output);
    }

    [Fact]
    public async Task A_descriptor_that_is_not_open_is_a_failed_start()
    {
        var (_, failure) = await TestProcesses.TryStart(new() { Command = ["true"] }, inherited: [new(1_000_000, "X_FD")]);

        Assert.Equal((ExecStep.InheritedDescriptors, Errno.EBADF), (failure!.Step, failure.Errno));
    }

    private static async Task<string> Says(Sequence<InheritedDescriptor> inherited, string script)
    {
        // Directory and user are looked up while the low numbers are free, and must not end up under the inherited ones.
        var (process, failure) = await TestProcesses.TryStart(new() { Command = ["sh", "-c", script], Directory = "/usr" }, inherited: inherited);
        Assert.Null(failure);
        using (process)
        {
            await process!.Exited.Soon();
            return await process.Output.Soon();
        }
    }
}
