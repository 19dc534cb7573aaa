namespace Supervisor.Linux;

/// <summary>A system call failed in a way that nobody expected: carries the call, the errno and what it was about.</summary>
public sealed class ErrnoException(string call, int errno, string? context = null)
    : Exception($"{call}: {Errno.Text(errno)}{(context is null ? "" : $" ({context})")}")
{
    /// <summary>Name of the call.</summary>
    public string Call => call;

    /// <summary>Its errno.</summary>
    public int Number => errno;
}
