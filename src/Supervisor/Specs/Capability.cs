namespace Supervisor.Specs;

/// <summary>A capability of capabilities(7), by its number in linux/capability.h.</summary>
public readonly record struct Capability(int Number)
{
    private static readonly string[] _names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
        "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN",
        "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE",
        "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>CAP_SETPCAP: changing the bounding set and the securebits.</summary>
    public static Capability Setpcap => new(8);

    /// <summary>Every name, for did-you-mean.</summary>
    public static IEnumerable<string> Names => _names.Select(name => "CAP_" + name);

    /// <summary><c>CAP_NET_BIND_SERVICE</c></summary>
    public override string ToString() => Number < _names.Length ? "CAP_" + _names[Number] : $"CAP_{Number}";

    /// <summary>Reads <c>CAP_NET_BIND_SERVICE</c>, with or without CAP_, in any case.</summary>
    public static bool TryParse(string text, out Capability capability)
    {
        var name = text.ToUpperInvariant();
        var number = Array.IndexOf(_names, name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name);
        capability = new(number);
        return number >= 0;
    }
}

/// <summary>Securebits of capabilities(7), with the kernel's numbers (linux/securebits.h).</summary>
public enum SecureBit
{
    /// <summary>User 0 has no capabilities for being that.</summary>
    Noroot = 0,
    /// <summary>That cannot be taken back.</summary>
    NorootLocked = 1,
    /// <summary>Changing the user changes no capabilities.</summary>
    NoSetuidFixup = 2,
    /// <summary>That cannot be taken back.</summary>
    NoSetuidFixupLocked = 3,
    /// <summary>Capabilities are kept when the user changes to another than 0; cleared by execve(2).</summary>
    KeepCaps = 4,
    /// <summary>That cannot be changed.</summary>
    KeepCapsLocked = 5,
}

/// <summary>A file that a job gets a private copy of.</summary>
/// <param name="Name">Its name in CREDENTIALS_DIRECTORY.</param>
/// <param name="Path">Where it is copied from, absolute; read at every start.</param>
public readonly record struct CredentialFile(string Name, string Path);
