using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>Every constant and structure of Supervisor.Linux against the C headers of this machine: a C program prints theirs.</summary>
[Collection("processes")]
public sealed class HeaderTests : IDisposable
{
    private static readonly string[] _headers =
    [
        "errno.h", "fcntl.h", "grp.h", "pwd.h", "signal.h", "stddef.h", "stdio.h", "sys/file.h", "sys/ioctl.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h",
        "sys/stat.h", "sys/syscall.h", "sys/time.h", "sys/timerfd.h", "sys/wait.h", "sys/socket.h", "sys/un.h", "termios.h", "poll.h", "time.h", "unistd.h", "sched.h",
        "linux/close_range.h", "linux/ioprio.h", "linux/openat2.h", "netinet/in.h", "sys/epoll.h", "linux/kcmp.h",
    ];

    // Younger than the headers of some distributions; checked where they are there. The rest must be there.
    private static readonly string[] _young = ["PIDFD_SIGNAL_PROCESS_GROUP", "MFD_NOEXEC_SEAL", "SO_PASSPIDFD", "SCM_PIDFD", "PIDFD_INFO_EXIT", "PIDFD_GET_INFO", "pidfd_info"];

    private readonly string _folder = Directory.CreateTempSubdirectory("supervisor-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<Type> Bindings => typeof(Errno).Assembly.GetTypes().Where(type => type.Namespace == "Supervisor.Linux" && !type.IsNested);

    private static bool IsOfC(string name) => name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') || name.StartsWith("SYS_", StringComparison.Ordinal);

    [Fact]
    public async Task Constants_are_those_of_C()
    {
        var ours = Bindings.SelectMany(Constants).Concat(Numbers<RlimitResource>("RLIMIT_")).Concat(Numbers<SchedulingPolicy>("SCHED_")).ToList();
        Assert.True(ours.Count > 80, $"only {ours.Count} found");

        var program = new StringBuilder();
        foreach (var (name, _) in ours)
        {
            var print = $"printf(\"{name} %lld\\n\", (long long)({name}));\n";
            program.Append(_young.Contains(name) ? $"#ifdef {name}\n{print}#endif\n" : print);
        }

        var theirs = await Says(program.ToString());

        Assert.DoesNotContain(ours, c => theirs.TryGetValue(c.Name, out var value) ? value != c.Value : !_young.Contains(c.Name));
    }

    [Fact]
    public async Task Structures_are_laid_out_as_in_C()
    {
        var ours = Bindings.SelectMany(type => type.GetNestedTypes()).Where(type => type.IsValueType && !type.IsEnum && !_young.Contains(type.Name)).SelectMany(Layout).ToList();
        Assert.True(ours.Count > 20, $"only {ours.Count} found");

        var theirs = await Says(string.Concat(ours.Select(o => $"printf(\"{o.Name.Replace(' ', '.')} %lld\\n\", (long long){o.Expression});\n")));

        Assert.DoesNotContain(ours, o => theirs[o.Name.Replace(' ', '.')] != o.Value);
    }

    private static IEnumerable<(string Name, long Value)> Constants(Type type)
    {
        const BindingFlags Static = BindingFlags.Public | BindingFlags.Static;
        var fields = type.GetFields(Static).Where(field => field.IsLiteral).Select(field => (field.Name, field.GetRawConstantValue()));
        var properties = type.GetProperties(Static).Where(p => p.PropertyType == typeof(int)).Select(p => (p.Name, p.GetValue(null)));
        return fields.Concat(properties).Where(c => IsOfC(c.Name)).Select(c => (c.Name, Convert.ToInt64(c.Item2, CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<(string Name, long Value)> Numbers<T>(string prefix)
        where T : struct, Enum => Enum.GetValues<T>().Select(value => (prefix + value.ToString().ToUpperInvariant(), Convert.ToInt64(value, CultureInfo.InvariantCulture)));

    private static IEnumerable<(string Name, string Expression, long Value)> Layout(Type type)
    {
        var c = type.Name is "siginfo_t" ? type.Name : type.Name is "statx_t" ? "struct statx" : "struct " + type.Name;
        yield return (c, $"sizeof({c})", Marshal.SizeOf(type));
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            // struct timeval and timespec are flattened here.
            var member = field.Name.EndsWith("_sec", StringComparison.Ordinal) ? field.Name[..^4] + ".tv_sec"
                : field.Name.EndsWith("_usec", StringComparison.Ordinal) ? field.Name[..^5] + ".tv_usec"
                : field.Name.EndsWith("_nsec", StringComparison.Ordinal) ? field.Name[..^5] + ".tv_nsec"
                : field.Name;
            yield return ($"{c}.{field.Name}", $"offsetof({c}, {member})", (long)Marshal.OffsetOf(type, field.Name));
        }
    }

    private async Task<Dictionary<string, long>> Says(string statements)
    {
        var source = Path.Combine(_folder, "headers.c");
        var text = "#define _GNU_SOURCE\n" + string.Concat(_headers.Select(h => $"#include <{h}>\n")) + "#if __has_include(<sys/pidfd.h>)\n#include <sys/pidfd.h>\n#endif\n"
            + "int main(void) {\n" + statements + "return 0;\n}\n";
        await File.WriteAllTextAsync(source, text);
        var (status, _, error) = await TestProcesses.Run("gcc", "-o", Path.Combine(_folder, "headers"), source);
        Assert.True(status.Code == 0, error);
        var (_, output, _) = await TestProcesses.Run(Path.Combine(_folder, "headers"));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .DistinctBy(words => words[0]).ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
