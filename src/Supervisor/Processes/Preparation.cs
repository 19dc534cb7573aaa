using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// Everything of a start that can block or fail for a reason outside the child: done in normal code before the child is made: the thread
/// that makes it waits until execve, and every other start with it. Holds the descriptors until the start is over.
/// </summary>
internal sealed class Preparation : IDisposable
{
    private readonly List<SafeFileHandle> _opened = [];
    private int _null;

    /// <summary>Absolute path of the program, inside the job's root.</summary>
    public string Program { get; private init; } = "";

    public required ProcessSpec Spec { get; init; }

    public required StartEnvironment Environment { get; init; }

    public required Credentials Credentials { get; init; }

    /// <summary>Descriptor of the root directory; -1: ours.</summary>
    public int Root { get; private set; } = -1;

    /// <summary>Descriptor of the working directory; -1: it is <c>/</c>, our own, which can neither hang nor be missing.</summary>
    public int Directory { get; private set; } = -1;

    /// <summary>Descriptor of cgroup.procs of the cgroup that it joins; -1: it stays in ours.</summary>
    public int Cgroup { get; private set; } = -1;

    /// <summary>Number of the first descriptor that a program inherits besides the standard ones.</summary>
    public const int FirstInherited = 3;

    /// <summary>Descriptors for 3, 4, ...; like all that the child still needs when it places them, they are at numbers above those.</summary>
    public int[] Passed { get; private set; } = [];

    /// <summary>Where the child notes that it executes its program: a struct timespec in shared memory; 0: nowhere.</summary>
    public nint StartMark { get; set; }

    /// <summary>Whether it gets no parent-death signal.</summary>
    public bool OutlivesSupervisor { get; set; }

    /// <summary>How many descriptors the child needs at most.</summary>
    public int DescriptorCount => Stdio.Length + Passed.Length + (Root >= 0 ? 1 : 0) + (Directory >= 0 ? 1 : 0) + (Cgroup >= 0 ? 1 : 0);

    /// <summary>The first number that is nothing in the program.</summary>
    public int FirstUnused { get; private set; } = FirstInherited;

    /// <summary>The number above all that the program inherits.</summary>
    public int EndOfNumbers => Numbers.Length == 0 ? FirstInherited : Numbers.Max() + 1;

    /// <summary>Which number each of them gets.</summary>
    public int[] Numbers { get; private set; } = [];

    /// <summary>Descriptors (3 or above) for 0, 1, 2; -1: the one that we have at that number ourselves.</summary>
    public int[] Stdio { get; } = [-1, -1, -1];

    /// <param name="spec">What is started, and how.</param>
    /// <param name="stdio">Its standard descriptors.</param>
    /// <param name="supervisorVariables">Variables of ours.</param>
    /// <param name="inherited">What it gets besides.</param>
    /// <param name="cgroup">Its cgroup; null: none of its own.</param>
    /// <param name="copyCredentials">Copies its credentials and says where they are; null: it has none.</param>
    /// <param name="nullDevice">/dev/null, opened for reading and writing; -1: it is opened for this start.</param>
    /// <param name="lacksDescriptors">Whether there are no more, so that it is told what could not be opened.</param>
    /// <exception cref="SpawnFailedException">A step failed.</exception>
    public static Preparation Of(
        ProcessSpec spec, StdioTargets stdio, IEnumerable<EnvironmentVariable> supervisorVariables, IReadOnlyList<InheritedDescriptor> inherited,
        RunCgroup? cgroup = null, Func<Credentials, string?>? copyCredentials = null, int nullDevice = -1, bool lacksDescriptors = true)
    {
        var opened = new List<SafeFileHandle>();
        try
        {
            var credentials = Accounts.Resolve(spec);
            var copies = copyCredentials?.Invoke(credentials);
            var environment = ChildEnvironment.Compute(
                ChildEnvironment.Inherited, credentials.Account, spec.EnvironmentFiles.SelectMany(ReadFile), spec.Environment,
                [.. supervisorVariables, .. InheritedVariables(inherited), .. copies is null ? [] : new[] { new EnvironmentVariable("CREDENTIALS_DIRECTORY", copies) }]);
            var files = new RootedFiles(spec.Chroot is { } chroot ? OpenDirectory(new RootedFiles(null), chroot, opened, ExecStep.Chroot) : null);
            var directory = spec.Directory ?? "/";
            var directoryHandle = directory == "/" && files.Root is null && !lacksDescriptors ? null : OpenDirectory(files, directory, opened, ExecStep.OpenDirectory);
            var path = environment.ValueOf("PATH") ?? ChildEnvironment.DefaultPath;
            var program = ProgramSearch.Find(spec.Command.Count > 0 ? spec.Command[0] : "", path, directory, files);
            KnownPrograms.Check(program, directory, files);
            var preparation = new Preparation
            {
                Spec = spec,
                Environment = environment,
                Credentials = credentials,
                Program = program,
                Root = files.Root is { } root ? (int)root.DangerousGetHandle() : -1,
                Directory = directoryHandle is null ? -1 : (int)directoryHandle.DangerousGetHandle(),
                _null = nullDevice,
            };
            preparation._opened.AddRange(opened);
            opened = preparation._opened;
            preparation.OpenStdio([stdio.In, stdio.Out, stdio.Error]);
            if (cgroup is not null)
                preparation.Cgroup = preparation.Keep(cgroup.OpenMembers());
            preparation.TakeInherited(inherited);
            return preparation;
        }
        catch
        {
            opened.ForEach(handle => handle.Dispose());
            throw;
        }
    }

    // LISTEN_PID is the child's own pid, which nobody knows yet: the child writes it over the zeros.
    private static List<EnvironmentVariable> InheritedVariables(IReadOnlyList<InheritedDescriptor> inherited)
    {
        if (inherited.Count == 0)
            return [];
        var sockets = SocketsOf(inherited);
        var numbers = NumbersOf(inherited);
        var variables = new List<EnvironmentVariable>(inherited.Count + 3);
        for (var index = 0; index < inherited.Count; index++)
        {
            if (inherited[index].Variable is { } variable)
                variables.Add(new(variable, numbers[index].ToString(CultureInfo.InvariantCulture)));
        }

        if (sockets > 0)
        {
            variables.Add(new("LISTEN_FDS", sockets.ToString(CultureInfo.InvariantCulture)));
            variables.Add(new("LISTEN_FDNAMES", string.Join(':', inherited.Take(sockets).Select(socket => socket.ListenName))));
            variables.Add(new(SpawnPlan.OwnPid, SpawnPlan.RoomForPid));
        }

        return variables;
    }

    private static int SocketsOf(IReadOnlyList<InheritedDescriptor> inherited)
    {
        var count = 0;
        while (count < inherited.Count && inherited[count].ListenName is not null)
            count++;
        return count;
    }

    private static List<EnvironmentVariable> ReadFile(EnvironmentFile file)
    {
        try
        {
            return EnvironmentFileParser.Parse(file.Path, File.ReadAllText(file.Path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return file.Optional ? [] : throw SpawnFailedException.Of(ExecStep.ReadEnvironmentFile, Errno.ENOENT, file.Path);
        }
        catch (UnauthorizedAccessException)
        {
            throw System.IO.Directory.Exists(file.Path)
                ? SpawnFailedException.Of(ExecStep.ReadEnvironmentFile, Errno.EISDIR, file.Path)
                : SpawnFailedException.Of(ExecStep.ReadEnvironmentFile, Errno.EACCES, file.Path);
        }
        catch (DecoderFallbackException)
        {
            throw SpawnFailedException.Because(ExecStep.ReadEnvironmentFile, $"{file.Path} is not UTF-8");
        }
        catch (IOException e)
        {
            throw SpawnFailedException.Because(ExecStep.ReadEnvironmentFile, $"{FailureText.Of(e)} ({file.Path})");
        }
    }

    private static SafeFileHandle OpenDirectory(RootedFiles files, string path, List<SafeFileHandle> opened, ExecStep step)
    {
        var handle = files.OpenPath(path, fcntl_h.O_DIRECTORY, out var errno) ?? throw SpawnFailedException.Of(step, errno, path);
        opened.Add(handle);
        if (DescriptorReserve.IsTouchedBy((int)handle.DangerousGetHandle(), 0.5))
            throw SpawnFailedException.Of(step, Errno.EMFILE, $"{path}; the last ones are kept for the supervisor itself");
        return handle;
    }

    private void OpenStdio(ReadOnlySpan<StdioTarget> targets)
    {
        for (var number = 0; number < 3; number++)
        {
            var target = targets[number];
            Stdio[number] = target.Kind switch
            {
                StdioKind.Inherit => Inherited(target.Descriptor >= 0 ? target.Descriptor : number),
                StdioKind.Descriptor => Above2(target.Descriptor),
                StdioKind.Append => Open(target.Path!, fcntl_h.O_WRONLY | fcntl_h.O_CREAT | fcntl_h.O_APPEND),
                _ => NullDevice(),
            };
        }
    }

    // Another of the three may be placed over it first, so a copy is what the child takes.
    private int Inherited(int number) => fcntl_h.fcntl(number, fcntl_h.F_GETFD, 0) < 0 ? NullDevice() : Above2(number);

    // One for all three and for reading and writing: nothing can be told from it, and a start is one call instead of six.
    private int NullDevice() => _null >= 0 ? _null : _null = Open("/dev/null", fcntl_h.O_RDWR);

    private int Open(string path, int flags)
    {
        // O_NONBLOCK while it is opened: a FIFO that nobody reads must not hold up every start (it is refused with ENXIO instead).
        var fd = fcntl_h.open(path, flags | fcntl_h.O_CLOEXEC | fcntl_h.O_NOCTTY | fcntl_h.O_NONBLOCK, 0b110_100_000);
        if (fd < 0)
            throw SpawnFailedException.Of(ExecStep.OpenStdio, Marshal.GetLastPInvokeError(), path);
        _ = fcntl_h.fcntl(fd, fcntl_h.F_SETFL, flags & fcntl_h.O_APPEND);
        return Above2(Keep(fd));
    }

    /// <summary>The program has been refused by execve: the reason in words if a look at it has one, else <paramref name="refused"/>.</summary>
    public SpawnFailure Explain(SpawnFailure refused)
    {
        try
        {
            if (Root < 0)
                KnownPrograms.CheckAgain(Program, Spec.Directory ?? "/");
            return refused;
        }
        catch (SpawnFailedException found)
        {
            return found.Failure;
        }
    }

    private int Above2(int fd)
    {
        if (fd > 2)
            return fd;
        var copy = fcntl_h.fcntl(fd, fcntl_h.F_DUPFD_CLOEXEC, 3);
        return copy >= 0 ? Keep(copy) : throw SpawnFailedException.Of(ExecStep.OpenStdio, Marshal.GetLastPInvokeError(), $"descriptor {fd}");
    }

    // The sockets at 3, 4, ...; one that must have a number has it; the others take what is free.
    private static int[] NumbersOf(IReadOnlyList<InheritedDescriptor> inherited)
    {
        var sockets = SocketsOf(inherited);
        var taken = new List<int>(inherited.Count);
        for (var index = 0; index < inherited.Count; index++)
        {
            if (index < sockets)
                taken.Add(FirstInherited + index);
            else if (inherited[index].Number is { } wanted)
                taken.Add(wanted);
        }

        var numbers = new int[inherited.Count];
        for (int index = 0, next = FirstInherited; index < numbers.Length; index++)
        {
            if (index < sockets)
            {
                numbers[index] = FirstInherited + index;
                continue;
            }

            if (inherited[index].Number is { } wanted)
            {
                numbers[index] = wanted;
                continue;
            }

            while (taken.Contains(next))
                next++;
            taken.Add(next);
            numbers[index] = next;
        }

        return numbers;
    }

    private void TakeInherited(IReadOnlyList<InheritedDescriptor> inherited)
    {
        if (inherited.Count == 0)
            return;
        Numbers = NumbersOf(inherited);
        // Up to the first gap: a number of its own may lie far behind.
        while (Array.IndexOf(Numbers, FirstUnused) >= 0)
            FirstUnused++;
        var first = Numbers.Max() + 1;
        Passed = [.. inherited.Select(descriptor => AtOrAbove(first, descriptor.Descriptor))];
        if (Directory >= 0)
            Directory = AtOrAbove(first, Directory);
        if (Root >= 0)
            Root = AtOrAbove(first, Root);
        if (Cgroup >= 0)
            Cgroup = AtOrAbove(first, Cgroup);
    }

    private int AtOrAbove(int first, int fd)
    {
        if (fd >= first)
            return fd;
        var copy = fcntl_h.fcntl(fd, fcntl_h.F_DUPFD_CLOEXEC, first);
        return copy >= 0 ? Keep(copy) : throw SpawnFailedException.Of(ExecStep.InheritedDescriptors, Marshal.GetLastPInvokeError(), $"descriptor {fd}");
    }

    private int Keep(int fd)
    {
        _opened.Add(new SafeFileHandle(fd, ownsHandle: true));
        return fd;
    }

    /// <inheritdoc/>
    public void Dispose() => _opened.ForEach(handle => handle.Dispose());
}
