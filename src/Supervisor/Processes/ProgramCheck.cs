using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// Looks at the head of a program, so that what execve would refuse with a riddle ("No such file or directory" for a missing interpreter)
/// is told in words. What it does not know it leaves to execve.
/// </summary>
internal static class ProgramCheck
{
    private const int HeadLength = 4096;
    private const int ShebangLength = 256; // BINPRM_BUF_SIZE
    private const int InterpreterHeader = 3; // PT_INTERP

    /// <exception cref="SpawnFailedException">It cannot be executed.</exception>
    public static void Check(string path, string directory, RootedFiles files)
    {
        var head = Open(path, null, files);
        if (head.Length == 0)
            return;
        if (head.AsSpan().StartsWith("#!"u8))
            CheckInterpreter(path, ShebangInterpreter(path, head), directory, files);
        else if (head.AsSpan().StartsWith("\u007fELF"u8))
            CheckElf(path, head, files);
        else if (IsText(head))
            throw Bad($"{path} is a text file without a #! line: name its interpreter in the first line, or in the command");
    }

    private static byte[] Open(string path, string? interpreterOf, RootedFiles files)
    {
        var what = interpreterOf is null ? path : $"{path}, the interpreter of {interpreterOf}";
        using var file = files.OpenPath(path, 0, out var errno);
        if (file is null)
            throw SpawnFailedException.Of(ExecStep.CheckProgram, errno, what);
        var mode = RootedFiles.Mode(file);
        if ((mode & sys_stat_h.S_IFMT) == sys_stat_h.S_IFDIR)
            throw Bad($"{what}: is a directory");
        if ((mode & sys_stat_h.S_IFMT) != sys_stat_h.S_IFREG)
            throw Bad($"{what}: is not a regular file");
        if ((mode & 0b001_001_001) == 0)
            throw Bad($"{what}: is not executable (mode {Convert.ToString(mode & 0xfff, 8).PadLeft(4, '0')})");
        return RootedFiles.Head(file, HeadLength);
    }

    private static void CheckInterpreter(string path, string interpreter, string directory, RootedFiles files)
    {
        var absolute = interpreter.StartsWith('/') ? interpreter : $"{directory.TrimEnd('/')}/{interpreter}";
        var head = Open(absolute, path, files);
        if (head.AsSpan().StartsWith("\u007fELF"u8))
            CheckElf(absolute, head, files);
    }

    /// <summary>The program of a #! line. Pure.</summary>
    internal static string ShebangInterpreter(string path, ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(head[2..(end < 0 ? Math.Min(head.Length, ShebangLength) : end)]);
        if (line.EndsWith('\r'))
            throw Bad($"{path}: its first line ends in a carriage return (a Windows line end), so its interpreter cannot be found");
        var interpreter = line.Trim(' ', '\t').Split([' ', '\t'], 2)[0];
        return interpreter.Length > 0 ? interpreter : throw Bad($"{path}: its #! line names no interpreter");
    }

    private static void CheckElf(string path, byte[] head, RootedFiles files)
    {
        if (head.Length < 64)
            throw Bad($"{path} is a truncated ELF file");
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(18));
        if (!RunsHere(machine) && !HasForeignFormats())
            throw Bad($"{path} is for {MachineName(machine)}, this machine is {RuntimeInformation.ProcessArchitecture}");
        if (ElfInterpreter(head) is { } interpreter)
        {
            using var file = files.OpenPath(interpreter, 0, out var errno);
            if (file is null && RunsHere(machine))
                throw SpawnFailedException.Of(ExecStep.CheckProgram, errno, $"{interpreter}, the dynamic loader of {path}");
        }
    }

    /// <summary>The dynamic loader that a 64-bit ELF head asks for; null: none, or not in the head. Pure.</summary>
    internal static string? ElfInterpreter(ReadOnlySpan<byte> head)
    {
        if (head[4] != 2)
            return null;
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(head[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        for (var i = 0; i < count && offset + size <= (ulong)head.Length && size >= 56; i++, offset += size)
        {
            var header = head.Slice((int)offset, size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != InterpreterHeader)
                continue;
            var at = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
            return length is > 1 and < 4096 && at < (ulong)head.Length && at + length <= (ulong)head.Length
                ? Encoding.UTF8.GetString(head.Slice((int)at, (int)length - 1)) : null;
        }

        return null;
    }

    // EM_386 3, EM_ARM 40, EM_X86_64 62, EM_AARCH64 183: a 64-bit kernel usually runs its 32-bit relative.
    private static bool RunsHere(int machine) =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? machine is 183 or 40 : machine is 62 or 3;

    private static string MachineName(int machine) => machine switch
    {
        3 => "x86",
        8 => "MIPS",
        21 => "PowerPC 64",
        22 => "S/390",
        40 => "ARM (32 bit)",
        62 => "X64",
        183 => "Arm64",
        243 => "RISC-V",
        _ => $"another machine (ELF machine {machine})",
    };

    // With binfmt_misc (qemu-user) the kernel may well run it: then execve decides.
    private static bool HasForeignFormats()
    {
        const string Folder = "/proc/sys/fs/binfmt_misc";
        return Directory.Exists(Folder) && Directory.EnumerateFiles(Folder).Any(f => Path.GetFileName(f) is not ("register" or "status"));
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var b in head[..Math.Min(head.Length, ShebangLength)])
            if (b < 32 && b is not ((byte)'\n' or (byte)'\t' or (byte)'\r' or (byte)'\f'))
                return false;
        return true;
    }

    private static SpawnFailedException Bad(string explanation) => SpawnFailedException.Because(ExecStep.CheckProgram, explanation);
}
