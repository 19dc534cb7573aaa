using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>
/// A virtual machine with all controllers of cgroup v2 (scripts/with-vm.sh), booted once: the daemon runs its jobs in it, and what it says of each is
/// brought out for the tests to look at. Emulated, so only the NativeAOT binary is quick enough in it.
/// </summary>
public sealed class ResourceMachine : IAsyncLifetime
{
    private const string Configuration = """
        version: 1
        supervisor: {directory: /run/supervisor}
        defaults: {restart: never}
        jobs:
          hog: {command: [tail, /dev/zero], resources: {memory: 48MiB, swap: 0}, on_failure: [{run: [sh, -c, 'echo result $SERVICE_RESULT $EXIT_STATUS']}]}
          family: {command: [sh, -c, 'tail /dev/zero & wait; sleep 1000'], resources: {memory: 48MiB, swap: 0}}
          peak: {kind: oneshot, command: [dd, if=/dev/zero, of=/dev/null, bs=30M, count=1], resources: {memory: 100MiB}}
          forks: {kind: oneshot, command: [sh, -c, 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1000 & done; echo through'], resources: {tasks: 5}}
          busy: {command: [sh, -c, 'while :; do :; done'], resources: {cpu: 20%}}
          held: {command: [sleep, infinity], resources: {memory: 100MiB, memory_high: 80MiB, tasks: 50, cpu: 50%, cpu_weight: 200, required: true}}
          strict: {command: [sleep, infinity], resources: {memory: 100MiB, io_weight: 50, required: true}}
          soft: {command: [sleep, infinity], resources: {memory: 100MiB, io_weight: 50}}
          stubborn: {command: [sh, -c, 'trap "" TERM; (setsid sh -c "trap \"\" TERM; while :; do sleep 1; done" &); while :; do sleep 1; done'], stop: {timeout: 200ms}}
        """;

    private const string Script = """
        K="--socket /run/supervisor/control.sock"
        C=/sys/fs/cgroup/daemon
        mkdir $C
        (echo 0 >$C/cgroup.procs && exec $SUPERVISOR run -c FOLDER/supervisor.yaml >/dev/null 2>/run/log) &
        until $SUPERVISOR version $K >/dev/null 2>&1; do kill -0 $! || { cat /run/log; exit 1; }; sleep 0.1; done
        part() { echo "=== $1"; }
        part waits
        $SUPERVISOR wait held soft busy stubborn --for ready --timeout 60s $K
        for job in hog family peak forks strict; do $SUPERVISOR wait $job --for stopped --timeout 60s $K; done
        part limits
        (cd $C/held.job && grep -H . memory.max memory.high pids.max cpu.weight main/cpu.max main/memory.oom.group)
        part tree
        ls -d $C/*.job
        cat $C/supervisor/cgroup.procs | wc -l
        until grep -q 'throttled_usec [1-9]' $C/busy.job/main/cpu.stat; do sleep 0.1; done
        part stop
        $SUPERVISOR stop busy stubborn $K
        ls -d $C/stubborn.job $C/busy.job 2>&1
        part log
        cat /run/log
        for job in hog forks; do part "logs $job"; $SUPERVISOR logs $job $K -n 5; done
        part why
        $SUPERVISOR why hog $K
        part status
        $SUPERVISOR status -o json $K
        $SUPERVISOR shutdown $K >/dev/null
        wait
        part end
        ls -d $C/*.job 2>&1
        """;

    private readonly Dictionary<string, string> _parts = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("supervisor-vm-").FullName;

    /// <summary>The daemon's NativeAOT binary; null: it has not been built.</summary>
    public static string? Binary { get; } = Built.IsAot ? Built.Supervisor
        : Path.Combine(Built.Repository, "artifacts/aot/supervisor") is var published && File.Exists(published) ? published
        : null;

    /// <summary>Why the machine cannot be had here; null: it can.</summary>
    public static string? Refusal =>
        RuntimeInformation.ProcessArchitecture != Architecture.X64 ? "the virtual machine is x86-64"
        : Binary is null ? "the virtual machine needs the NativeAOT binary (dotnet publish src/Supervisor -o artifacts/aot, or SUPERVISOR_BINARY)"
        : null;

    /// <summary>A part of what was brought out.</summary>
    public string Part(string name) => _parts.GetValueOrDefault(name) ?? throw new InvalidOperationException($"there is no part {name}: {string.Join('\n', _parts)}");

    /// <summary>One instance of its status.</summary>
    public JsonElement Status(string name)
    {
        using var document = JsonDocument.Parse(Part("status"));
        return document.RootElement.GetProperty("jobs").EnumerateArray().Single(job => job.GetProperty("name").GetString() == name).Clone();
    }

    public async ValueTask InitializeAsync()
    {
        if (Refusal is not null)
        {
            return;
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "supervisor.yaml"), Configuration + "\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "script"), $"SUPERVISOR={Binary}\n{Script.Replace("FOLDER", _folder)}\n");
        var run = await ProgramRun.ToEnd(
            "bash",
            [
                Path.Combine(Built.Repository, "scripts/with-vm.sh"), "--timeout", "85", "--program", Binary!, "--program", "setsid", "--program", "dd", "--file", _folder,
                "--", "bash", Path.Combine(_folder, "script"),
            ]);
        foreach (var part in run.Out.Split("=== ").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            _parts[part[..end]] = part[(end + 1)..];
        }

        if (run.Code != 0 && !_parts.ContainsKey("end"))
        {
            throw new InvalidOperationException($"the machine did not get through: {run}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
