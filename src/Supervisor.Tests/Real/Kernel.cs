using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Supervisor.Tests.Real;

/// <summary>What tests ask of the kernel directly.</summary>
internal static partial class Kernel
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigUsr1 = 10;
    public const int SigSegv = 11;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    /// <summary>kill(2); a process that is gone is no error.</summary>
    public static void Signal(int pid, int signal)
    {
        const int NoSuchProcess = 3;
        if (kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var errno)
        {
            throw new Win32Exception(errno, $"kill({pid}, {signal})");
        }
    }

    /// <summary>Whether a process is there and alive (a zombie is not).</summary>
    public static bool IsAlive(int pid) => StatusLine(pid, "State") is { } state && state[0] is not ('Z' or 'X');

    /// <summary>A line of /proc/PID/status, without its name; null when the process is gone.</summary>
    public static string? StatusLine(int pid, string name)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Its children.</summary>
    public static List<int> ChildrenOf(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    /// <summary>Whether a process catches a signal (SigCgt of /proc/PID/status).</summary>
    public static bool Catches(int pid, int signal) =>
        (Convert.ToUInt64(StatusLine(pid, "SigCgt") ?? throw new InvalidOperationException($"pid {pid} is gone"), 16) >> (signal - 1) & 1) == 1;

    /// <summary>A pipe whose ends no child inherits by accident.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) Pipe()
    {
        const int CloseOnExec = 0x80000;
        var ends = new int[2];
        return pipe2(ends, CloseOnExec) == 0
            ? (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true))
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "pipe2");
    }

    /// <summary>Ends when the process has ended, whoever its parent is (poll(2) on a pidfd).</summary>
    public static async Task Ended(int pid)
    {
        const int PidfdOpen = 434;
        var descriptor = (int)syscall(PidfdOpen, pid, 0);
        if (descriptor < 0)
        {
            return;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        await Task.Run(() =>
        {
            var watched = new PollDescriptor { Descriptor = descriptor, Events = 1 };
            if (poll(ref watched, 1, (int)ProgramRun.Limit.TotalMilliseconds) == 0)
            {
                throw new TimeoutException($"pid {pid} has not ended within {ProgramRun.Limit.TotalSeconds} s");
            }
        });
    }

    /// <summary>Living processes that have something to do with a directory: their program, an argument or a variable lies in it.</summary>
    public static List<(int Pid, string Command)> ProcessesOf(string directory)
    {
        var found = new List<(int, string)>();
        foreach (var process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            var pid = int.Parse(Path.GetFileName(process));
            if (pid == Environment.ProcessId)
            {
                continue;
            }

            var command = TextOf(process + "/cmdline").Replace('\0', ' ').Trim();
            if ((command.Contains(directory) || TextOf(process + "/environ").Contains(directory)) && IsAlive(pid))
            {
                found.Add((pid, command));
            }
        }

        return found;
    }

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2([Out] int[] ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollDescriptor descriptors, nuint count, int milliseconds);
}
