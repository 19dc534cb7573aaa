using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Supervisor.Processes;

/// <summary>
/// vfork and what the child does until execve. Read docs/adr/0002 before touching this: after vfork two processes share this stack frame,
/// and the compiler knows nothing of it. Locals and the block only; no managed object, no other method, no exception.
/// </summary>
internal static unsafe class ChildSide
{
    /// <summary>In the parent: the child's pid, or -errno. The child never returns from here.</summary>
    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Spawn(SpawnBlock* block)
    {
        var pid = block->VFork();
        if (pid > 0)
            return pid;
        if (pid < 0)
            return -*block->ErrnoLocation; // there is no child, so only one of us is here

        var report = block->Report;
        report->Pid = (int)block->SystemCall(block->GetPid, 0, 0, 0, 0, 0);
        if (block->PidText != null)
        {
            var pidText = block->PidText;
            var rest = (uint)report->Pid;
            var end = pidText;
            for (var left = rest; left != 0; left /= 10)
                end++;
            *end = 0;
            for (; rest != 0; rest /= 10)
            {
                end--;
                *end = (byte)('0' + (rest % 10));
            }
        }

        nint kept = -1;
        for (var i = 0; i < block->Count; i++)
        {
            var call = block->Calls + i;
            report->Index = i;
            report->Step = call->Step;
            var first = call->A1;
            if (call->Mode == CallMode.UseKept)
                first = kept;
            var result = block->SystemCall(call->Number, first, call->A2, call->A3, call->A4, 0);
            if (call->Mode == CallMode.MustEqual)
            {
                if (result != call->Expected)
                    break;
            }
            else if (result == -1 && call->Mode != CallMode.MayFail)
            {
                report->Errno = *block->ErrnoLocation;
                break;
            }

            if (call->Mode == CallMode.KeepResult)
                kept = result;
        }

        // Only reached when a call failed: execve, the last one, does not return otherwise.
        while (true)
            block->SystemCall(block->ExitGroup, 127, 0, 0, 0, 0);
    }
}
