using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Linux.SystemCallNumbers;

namespace Supervisor.Processes;

/// <summary>
/// The calls that give a child exactly its capabilities and securebits. In two parts, before and after the change of the user: the bounding set wants
/// CAP_SETPCAP, which root has before; and permitted capabilities survive the change only when they are kept on purpose. Source: capabilities(7), capset(2).
/// </summary>
internal static unsafe class Privileges
{
    private const uint Version3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
    private const int Most = 64;

    /// <summary>Before setresuid: bounds, and that what is permitted stays.</summary>
    public static IEnumerable<(PlannedCall Call, string? Detail)> BeforeUser(ProcessSpec spec, bool changesUser)
    {
        if (spec.Capabilities is { } wanted)
        {
            foreach (var capability in Bounding().Where(capability => !wanted.Contains(capability)))
            {
                yield return (new(ExecStep.Capabilities, SYS_prctl, signal_h.PR_CAPBSET_DROP, capability.Number), $"taking {capability} out of its bounding set, which needs CAP_SETPCAP");
            }
        }

        if (changesUser && (spec.Capabilities is { Count: > 0 } || spec.SecureBits is not null))
        {
            yield return (new(ExecStep.Capabilities, SYS_prctl, signal_h.PR_SET_KEEPCAPS, 1), null);
        }
    }

    /// <summary>After setresuid: the sets themselves, the ambient ones so that execve keeps them, and the securebits while CAP_SETPCAP is still there.</summary>
    public static List<(PlannedCall Call, string? Detail)> AfterUser(ProcessSpec spec, bool changesUser, Arena arena)
    {
        var calls = new List<(PlannedCall Call, string? Detail)>();
        var wanted = spec.Capabilities ?? [];
        // Without a list only a change of the user takes them away, as the kernel would have done.
        var sets = spec.Capabilities is not null || (changesUser && spec.SecureBits is not null);
        if (sets)
        {
            calls.Add(Capset(arena, spec.SecureBits is null ? wanted : [.. wanted, Capability.Setpcap], wanted));
        }

        if (spec.Capabilities is not null)
        {
            calls.Add((new(ExecStep.Capabilities, SYS_prctl, signal_h.PR_CAP_AMBIENT, signal_h.PR_CAP_AMBIENT_CLEAR_ALL), null));
            calls.AddRange(wanted.Select(one => (new PlannedCall(ExecStep.Capabilities, SYS_prctl, signal_h.PR_CAP_AMBIENT, signal_h.PR_CAP_AMBIENT_RAISE, one.Number), (string?)$"{one}")));
        }

        if (spec.SecureBits is { } bits)
        {
            calls.Add((new(ExecStep.SecureBits, SYS_prctl, signal_h.PR_SET_SECUREBITS, bits.Aggregate(0, (mask, bit) => mask | (1 << (int)bit))), null));
            if (sets && !wanted.Contains(Capability.Setpcap))
            {
                calls.Add(Capset(arena, wanted, wanted));
            }
        }

        return calls;
    }

    private static (PlannedCall, string?) Capset(Arena arena, Sequence<Capability> permitted, Sequence<Capability> inheritable)
    {
        var header = arena.Array<uint>([Version3, 0]);
        var (has, inherits) = (Mask(permitted), Mask(inheritable));
        // struct __user_cap_data_struct[2]: effective, permitted, inheritable; first the lower 32.
        var data = arena.Array<uint>([(uint)has, (uint)has, (uint)inherits, (uint)(has >> 32), (uint)(has >> 32), (uint)(inherits >> 32)]);
        return (new(ExecStep.Capabilities, SYS_capset, (nint)header, (nint)data), permitted.Count == 0 ? "none" : string.Join(' ', permitted));
    }

    private static ulong Mask(Sequence<Capability> capabilities) => capabilities.Aggregate(0UL, (mask, one) => mask | (1UL << one.Number));

    // What we could pass on: what a container has taken from us need not be dropped again.
    private static IEnumerable<Capability> Bounding()
    {
        for (var number = 0; number < Most && signal_h.prctl(signal_h.PR_CAPBSET_READ, number) is >= 0 and var has; number++)
        {
            if (has == 1)
            {
                yield return new(number);
            }
        }
    }
}
