using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>What a peer may do.</summary>
internal enum Access
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Look.</summary>
    Read,
    /// <summary>Everything.</summary>
    All,
}

/// <summary>Who may do what: root and the supervisor's own user all, the control group as configured, others nothing.</summary>
/// <param name="Owner">The supervisor's own uid.</param>
/// <param name="Group">The control group; null: none.</param>
/// <param name="GroupName">As the configuration writes it.</param>
/// <param name="GroupMayAll">Whether the group may do everything.</param>
internal sealed record AccessPolicy(uint Owner, uint? Group, string? GroupName, bool GroupMayAll)
{
    /// <summary>The policy of a configuration and of the socket made for it.</summary>
    public static AccessPolicy Of(DaemonSpec spec, uint owner, uint? group) => new(owner, group, spec.ControlGroup, spec.GroupMayAll);

    /// <summary>Decides.</summary>
    public Access For(Peer peer) =>
        peer.Uid == 0 || peer.Uid == Owner ? Access.All
        : Group is { } group && peer.Groups.Contains(group) ? GroupMayAll ? Access.All : Access.Read
        : Access.None;

    /// <summary>Why a peer may not, in words; null: it may.</summary>
    public string? Refusal(Peer peer, Access needed)
    {
        var access = For(peer);
        if (access >= needed)
        {
            return null;
        }

        var owner = Owner == 0 ? "root" : $"uid {Owner}";
        return access is Access.Read
            ? $"no permission to change anything (uid {peer.Uid}): group {GroupName} may only read; supervisor.control.group_may: all in the configuration changes that"
            : $"no permission (uid {peer.Uid}): the socket belongs to {owner}{(GroupName is null ? "" : $" and group {GroupName}")}";
    }
}
