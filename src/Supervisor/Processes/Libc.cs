using System.Runtime.InteropServices;

namespace Supervisor.Processes;

/// <summary>Native addresses that are called as managed function pointers, resolved once.</summary>
internal static unsafe class Libc
{
    private static readonly nint _library = NativeLibrary.Load("libc.so.6");

    /// <summary>syscall(2).</summary>
    public static readonly nint SystemCall = Resolve("syscall");

    private static readonly nint _errnoLocation = Resolve("__errno_location");

    /// <summary>Where the calling thread's errno is.</summary>
    public static int* ErrnoLocation() => ((delegate* unmanaged<int*>)_errnoLocation)();

    // CoreCLR takes a function pointer with one of its low bits set for a stub of its own.
    private static nint Resolve(string name)
    {
        var address = NativeLibrary.GetExport(_library, name);
        return (address & 3) == 0 ? address : throw new NotSupportedException($"{name} of libc is at {address:x}: not aligned to 4");
    }
}
