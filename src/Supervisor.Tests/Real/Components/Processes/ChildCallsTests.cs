using System.Text.RegularExpressions;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>What the kernel sees of a child between clone and execve: these calls in this order, and no other.</summary>
[Collection("processes")]
public partial class ChildCallsTests
{
    private const string Reset = "rt_sigaction(N)...";
    private const string Unfinished = " <unfinished ...>";

    private static readonly string[] _everything =
    [
        "getpid()", "close_range(N, 4294967295, CLOSE_RANGE_UNSHARE)", "rt_sigaction(N)...", "setsid()", "dup3(N, 0, 0)", "dup3(N, 1, 0)", "dup3(N, 2, 0)",
        "close_range(3, 4294967295, CLOSE_RANGE_CLOEXEC)",
        "prlimit64(0, RLIMIT_CORE, {rlim_cur=0, rlim_max=0}, NULL)", "prlimit64(0, RLIMIT_NOFILE, {rlim_cur=100, rlim_max=200}, NULL)",
        "setpriority(PRIO_PROCESS, 0, 5)", "ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 6))",
        "sched_setscheduler(0, SCHED_BATCH, [0])", "sched_setaffinity(0, 8, [0])",
        "openat(AT_FDCWD, \"/proc/self/oom_score_adj\", O_WRONLY|O_CLOEXEC)", "write(N, \"500\", 3)", "umask(027)",
        "fchdir(N)", "chroot(\".\")", "fchdir(N)", "setgroups(2, [65534, 4242])", "setresgid(65534, 65534, 65534)",
        "prctl(PR_CAPBSET_DROP, N)", "prctl(PR_SET_KEEPCAPS, 1)", "setresuid(65534, 65534, 65534)",
        "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_SETPCAP|1<<CAP_NET_BIND_SERVICE, permitted=1<<CAP_SETPCAP|1<<CAP_NET_BIND_SERVICE, inheritable=1<<CAP_NET_BIND_SERVICE})",
        "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)", "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0)",
        "prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)",
        "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_NET_BIND_SERVICE, permitted=1<<CAP_NET_BIND_SERVICE, inheritable=1<<CAP_NET_BIND_SERVICE})",
        "prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)", "prctl(PR_SET_PDEATHSIG, SIGTERM)", "getppid()", "rt_sigprocmask(SIG_SETMASK, [], NULL, 8)",
        "execve(\"/usr/bin/true\")",
    ];

    private static readonly string[] _nothing =
    [
        "getpid()", "close_range(N, 4294967295, CLOSE_RANGE_UNSHARE)", "rt_sigaction(N)...", "setsid()", "dup3(N, 0, 0)", "dup3(N, 1, 0)", "dup3(N, 2, 0)",
        "close_range(3, 4294967295, CLOSE_RANGE_CLOEXEC)", "prlimit64(0, RLIMIT_NOFILE, N)", "chdir(\"/\")",
        "rt_sigprocmask(SIG_SETMASK, [], NULL, 8)", "execve(\"/usr/bin/true\")",
    ];

    [Fact]
    public async Task A_start_that_asks_for_everything()
    {
        Assert.SkipUnless(StressPrograms.IsRoot, "only root changes users and roots");

        // The bounding set has more or less, as the machine has it.
        var calls = (await CallsOfChild("--everything", "--pdeathsig")).Select(call => Dropped().Replace(call, "N)")).ToList();
        Assert.Equal(_everything, calls.Where((call, index) => !Dropped().IsMatch(call.Replace("N)", "CAP_X)")) || calls[index - 1] != call));
    }

    [Fact]
    public async Task A_start_that_asks_for_nothing() => Assert.Equal(_nothing, (await CallsOfChild()).Select(call => NofileLimit().Replace(call, "prlimit64(0, RLIMIT_NOFILE, N)")));

    private static async Task<IEnumerable<string>> CallsOfChild(params string[] asked)
    {
        var file = Path.GetTempFileName();
        try
        {
            await TestProcesses.Run(["strace", "-f", "-o", file, StressPrograms.Debug, "--run", .. asked, "--", "/usr/bin/true"]);
            var trace = await File.ReadAllLinesAsync(file);
            var child = trace.Select(line => MadeChild().Match(line)).First(made => made.Success).Groups[1].Value;
            var calls = Joined(trace.Where(line => line.StartsWith(child + " ", StringComparison.Ordinal)).Select(line => line[child.Length..].Trim()))
                .Select(Normal).ToList();
            // As many as this process has signals that are not at their default.
            calls = [.. calls.Where((call, index) => call != Reset || calls[index - 1] != Reset)];
            return calls.Take(calls.FindIndex(call => call.StartsWith("execve", StringComparison.Ordinal)) + 1);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // strace tells a call in two lines when another thread's comes between.
    private static IEnumerable<string> Joined(IEnumerable<string> lines)
    {
        var begun = "";
        foreach (var line in lines)
        {
            if (line.EndsWith(Unfinished, StringComparison.Ordinal))
                begun = line[..^Unfinished.Length];
            else
                yield return line.StartsWith("<...", StringComparison.Ordinal) ? begun.TrimEnd() + line[(line.IndexOf('>') + 1)..] : line;
        }
    }

    // Without results, descriptor numbers and addresses.
    private static string Normal(string call)
    {
        call = call[..(call.LastIndexOf(')') + 1)];
        call = call.StartsWith("rt_sigaction", StringComparison.Ordinal) ? Reset : call;
        return Descriptor().Replace(Program().Replace(call, "$1)"), "$1$2N");
    }

    [GeneratedRegex(@"(?<=PR_CAPBSET_DROP, )CAP_\w+\)")]
    private static partial Regex Dropped();

    // Threads are made by clone3.
    [GeneratedRegex(@"\bclone(?:\(.*CLONE_VFORK.*| resumed>.*)\) += (\d+)")]
    private static partial Regex MadeChild();

    [GeneratedRegex(@"^(execve\(""[^""]*"").*$")]
    private static partial Regex Program();

    [GeneratedRegex(@"^((?:dup3|write|fchdir)\()\d+|^(close_range\()\d+(?=.*UNSHARE)")]
    private static partial Regex Descriptor();

    [GeneratedRegex(@"^prlimit64\(0, RLIMIT_NOFILE.*$")]
    private static partial Regex NofileLimit();
}
