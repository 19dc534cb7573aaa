using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Linux;

namespace Supervisor.Control;

/// <summary>Names of groups to numbers.</summary>
internal static unsafe class Groups
{
    private const int ERANGE = 34;

    /// <summary>Why a group cannot be meant, in words; null: it is there.</summary>
    public static string? Problem(string name)
    {
        try
        {
            _ = Number(name);
            return null;
        }
        catch (ControlSocketException unknown)
        {
            return unknown.Message;
        }
    }

    /// <summary>The number of a group given by name or number.</summary>
    /// <exception cref="ControlSocketException">There is none.</exception>
    public static uint Number(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        for (nuint size = 4096; ; size *= 4)
        {
            var buffer = NativeMemory.Alloc(size);
            try
            {
                grp_h.group group;
                var errno = grp_h.getgrnam_r(name, &group, (byte*)buffer, size, out var found);
                if (errno != ERANGE)
                {
                    return found is not null
                        ? found->gr_gid
                        : throw new ControlSocketException($"supervisor.control.group: there is no group '{name}' on this machine");
                }
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }
}
