using System.Globalization;
using Supervisor.Linux;

namespace Supervisor.Hosting;

/// <summary>
/// The pages of our own program and of its libraries. Most of what the start has touched is never touched again; the kernel leaves it in our
/// account as long as nobody is short of memory.
/// </summary>
internal static class ProgramPages
{
    /// <summary>Those of our mappings that can be given back: see <see cref="GiveBack"/>. Leaves garbage, some kilobytes for each mapping that we have.</summary>
    public static List<(nint Start, nuint Length)> Find() => Unchanged(File.ReadLines("/proc/self/smaps"));

    /// <summary>
    /// Takes read-only pages of files out of our address space. They stay in the page cache and come back at the next touch, without a disk. A
    /// mapping of which even one page is ours alone (relocated data) is left as it is: that content is nowhere else.
    /// </summary>
    /// <param name="mappings">What <see cref="Find"/> has found: nothing of ours unmaps a file of the program.</param>
    public static void GiveBack(List<(nint Start, nuint Length)> mappings)
    {
        foreach (var (start, length) in mappings)
        {
            // Advice only: what the kernel refuses (a locked page) stays.
            _ = sys_mman_h.madvise(start, length, sys_mman_h.MADV_DONTNEED);
        }
    }

    /// <summary>Private, read-only mappings of files of which nothing is anonymous.</summary>
    /// <param name="smaps">Lines of /proc/self/smaps: a head line, then "Key: value kB" lines, for each mapping (proc_pid_smaps(5)).</param>
    internal static List<(nint Start, nuint Length)> Unchanged(IEnumerable<string> smaps)
    {
        List<(nint Start, nuint Length)> found = [];
        (nint Start, nuint Length)? candidate = null;
        foreach (var line in smaps)
        {
            if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (candidate is { } mapping && Kilobytes(line) == 0)
                {
                    found.Add(mapping);
                }

                candidate = null;
            }
            else if (line[..line.IndexOf(' ')] is var first && !first.EndsWith(':'))
            {
                candidate = Candidate(line, first);
            }
        }

        return found;
    }

    private static (nint Start, nuint Length)? Candidate(string head, string range)
    {
        var mode = head.AsSpan(range.Length + 1, 4);
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (mode is not ("r--p" or "r-xp") || !head.Contains(" /", StringComparison.Ordinal))
        {
            return null;
        }

        var start = nint.Parse(range.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var end = nint.Parse(range.AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (start, (nuint)(end - start));
    }

    private static long Kilobytes(string line) =>
        long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
}
