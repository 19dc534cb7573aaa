using System.Runtime.CompilerServices;

namespace Supervisor.Processes;

/// <summary>
/// What the child does until execve, in the memory of the supervisor and on a stack of its own. Read docs/adr/0002 before touching this: the runtime
/// knows nothing of this process. Locals and the block only; no managed object, no other method, no exception.
/// </summary>
internal static unsafe class ChildSide
{
    /// <summary>Exit status of a child that has not come to execve.</summary>
    public const int Failed = 127;

    /// <summary>Walks through the calls of the block. Returns only when one of them failed (or when there are none), and the child ends then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Run(SpawnBlock* block)
    {
        var report = block->Report;
        report->Pid = (int)block->SystemCall(block->GetPid, 0, 0, 0, 0, 0);
        for (var texts = block->PidTexts; *texts != null; texts++)
        {
            var pidText = *texts;
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

        return Failed;
    }
}
