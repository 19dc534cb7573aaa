using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Looks up users and groups. May block on the network: only in preparation.</summary>
internal static unsafe class Accounts
{
    /// <summary>What <c>user</c>, <c>group</c> and <c>supplementary_groups</c> mean here and now.</summary>
    /// <exception cref="SpawnFailedException">A name is unknown.</exception>
    public static Credentials Resolve(ProcessSpec spec)
    {
        if (spec.User is null && spec.Group is null && spec.SupplementaryGroups is null)
            return Credentials.Unchanged;
        var account = spec.User is { } user ? FindUser(user) : null;
        var gid = spec.Group is { } group ? FindGroup(group) : account?.Gid;
        if (account is not null && gid is null)
            throw SpawnFailedException.Because(ExecStep.LookUpUser, $"user {spec.User} is not in passwd, so its group is unknown: set `group`");
        var isSelf = unistd_h.geteuid() is not 0 and var self && (account is null || account.Uid == self) && (gid is null || gid == unistd_h.getegid());
        if (isSelf && spec.SupplementaryGroups is null)
            return new(null, null, null, account);
        return new(account?.Uid, gid, Groups(spec, account, gid), account);
    }

    private static uint[]? Groups(ProcessSpec spec, Account? account, uint? gid)
    {
        if (spec.SupplementaryGroups is null && account is null)
            return null;
        uint[] own = account is null ? OwnGroups() : account.Name is null ? [gid!.Value] : GroupsOf(account.Name, gid!.Value);
        return [.. own.Concat((spec.SupplementaryGroups ?? []).Select(FindGroup)).Distinct()];
    }

    private static Account FindUser(string user)
    {
        var isNumber = uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var uid);
        var found = WithBuffer(user, (buffer, size) =>
        {
            pwd_h.passwd entry;
            pwd_h.passwd* result = null;
            var errno = isNumber ? pwd_h.getpwuid_r(uid, &entry, (byte*)buffer, size, &result) : pwd_h.getpwnam_r(user, &entry, (byte*)buffer, size, &result);
            return (errno, result is null ? null : new Account(entry.pw_uid, entry.pw_gid, Text(entry.pw_name), Text(entry.pw_dir), Text(entry.pw_shell)));
        });
        return found ?? (isNumber ? new Account(uid, null, null, null, null)
            : throw SpawnFailedException.Because(ExecStep.LookUpUser, $"there is no user {user}{Advice(user)}"));
    }

    // Compose and docker have both in one.
    private static string Advice(string user) => user.Split(':') is [{ Length: > 0 } name, { Length: > 0 } group] ? $"; the group has a key of its own: `user: {name}`, `group: {group}`" : "";

    private static uint FindGroup(string group)
    {
        if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var gid))
            return gid;
        var found = WithBuffer(group, (buffer, size) =>
        {
            pwd_h.group entry;
            pwd_h.group* result = null;
            var errno = pwd_h.getgrnam_r(group, &entry, (byte*)buffer, size, &result);
            return (errno, result is null ? null : (object)entry.gr_gid);
        });
        return found is uint number ? number : throw SpawnFailedException.Because(ExecStep.LookUpUser, $"there is no group {group}");
    }

    /// <summary>Calls with a buffer that grows until the entry fits.</summary>
    private static T? WithBuffer<T>(string name, Func<nint, nuint, (int Errno, T? Found)> look)
        where T : class
    {
        for (nuint size = 4096; ; size *= 4)
        {
            var buffer = NativeMemory.Alloc(size);
            try
            {
                var (errno, found) = look((nint)buffer, size);
                if (errno is 0 or Errno.ENOENT or Errno.ESRCH or Errno.EBADF or Errno.EPERM)
                    return found; // the man page lists these as "not found"
                if (errno != Errno.ERANGE && errno != Errno.EINTR)
                    throw SpawnFailedException.Of(ExecStep.LookUpUser, errno, name);
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }

    private static uint[] GroupsOf(string user, uint gid)
    {
        for (var count = 64; ;)
        {
            var groups = new uint[count];
            fixed (uint* first = groups)
                if (pwd_h.getgrouplist(user, gid, first, &count) >= 0)
                    return groups[..count];
            count = Math.Max(count, groups.Length * 2);
        }
    }

    private static uint[] OwnGroups()
    {
        var count = unistd_h.getgroups(0, null);
        var groups = new uint[Math.Max(count, 0)];
        fixed (uint* first = groups)
            _ = unistd_h.getgroups(groups.Length, first);
        return groups;
    }

    private static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
