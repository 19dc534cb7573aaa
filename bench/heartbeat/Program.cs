// Heartbeat in .NET, reading of 1,000 boards, memory of 10,000: see README.md. SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net.Sockets;
using Supervisor.Jobs.Ports;
using Supervisor.SharedMemory;
using Supervisor.Specs;
using Client = Supervisor.StateBoard.Board;

if (args is ["beat"])
{
    Beat();
    return;
}

var boards = new Boards(TimeProvider.System);
Children(boards);
Reading(boards, 1_000);
Memory(10_000);

// The client library maps the board of its process once: a process of its own, with the variable set.
static void Children(Boards boards)
{
    foreach (var withBoard in new[] { true, false })
    {
        var memory = boards.Open(new("bench"), board: true, []);
        memory.BeginAttempt();
        var fd = memory.Descriptors[0].Descriptor;
        // What Process starts inherits descriptors without FD_CLOEXEC.
        _ = Tmds.Linux.LibC.fcntl(fd, Tmds.Linux.LibC.F_SETFD, 0);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["beat"]);
        if (withBoard)
        {
            start.Environment["SUPERVISOR_BOARD_FD"] = $"{fd}";
        }

        using var child = Process.Start(start)!;
        child.WaitForExit();
        memory.Close();
    }
}

static void Beat()
{
    const int Beats = 100_000_000;
    var board = Client.Current;
    for (var round = 0; round < 2; round++)
    {
        // The first round is for the compiler.
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Beats; i++)
        {
            board.Beat();
        }

        if (round == 1)
        {
            Say(board.IsPresent ? ".NET  heartbeat" : ".NET  heartbeat without a board", Stopwatch.GetElapsedTime(began).TotalNanoseconds / Beats, "ns");
        }
    }

    if (board.IsPresent)
    {
        Datagrams();
    }
}

static void Datagrams()
{
    const int Messages = 100_000;
    var path = Path.GetTempFileName();
    File.Delete(path);
    using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    manager.Bind(new UnixDomainSocketEndPoint(path));
    using var job = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    job.Connect(new UnixDomainSocketEndPoint(path));
    var (message, drain) = ("WATCHDOG=1"u8.ToArray(), new byte[64]);
    var began = 0L;
    for (var i = -1_000; i < Messages; i++)
    {
        began = i == 0 ? Stopwatch.GetTimestamp() : began;
        job.Send(message);
        manager.Receive(drain);
    }

    Say(".NET  WATCHDOG=1, sent and received", Stopwatch.GetElapsedTime(began).TotalNanoseconds / Messages, "ns");
    File.Delete(path);
}

static unsafe void Reading(Boards boards, int count)
{
    var names = Enumerable.Range(0, count).Select(index => new InstanceName("job", index, true)).ToList();
    foreach (var name in names)
    {
        var memory = boards.Open(name, board: true, []);
        memory.BeginAttempt();
        using var mapping = Supervisor.Linux.Mapping.OfFile(memory.Descriptors[0].Descriptor, BoardLayout.Size);
        Fill(mapping.Address);
    }

    // A typical board: progress, a status and four counters.
    var best = TimeSpan.MaxValue;
    for (var round = 0; round < 200; round++)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var name in names)
        {
            if (boards.Read(name) is not { Counters.Length: 4, Progress: not null, StatusText: not null })
            {
                throw new InvalidOperationException("a board was not read");
            }
        }

        var took = Stopwatch.GetElapsedTime(began);
        best = took < best ? took : best;
    }

    Say($"read {count} boards", best.TotalMilliseconds, "ms");
}

static unsafe void Fill(byte* page)
{
    *(ulong*)(page + BoardLayout.Heartbeat) = 1;
    *(ulong*)(page + BoardLayout.ProgressTotal) = 100;
    *(uint*)(page + BoardLayout.ProgressSequence) = 2;
    "importing the customers of last year"u8.CopyTo(new Span<byte>(page + BoardLayout.StatusText, BoardLayout.StatusTextSize));
    *(uint*)(page + BoardLayout.StatusLength) = 36;
    *(uint*)(page + BoardLayout.StatusSequence) = 2;
    for (var index = 0; index < 4; index++)
    {
        var entry = page + BoardLayout.Counters + (index * BoardLayout.CounterSize);
        System.Text.Encoding.ASCII.GetBytes($"requests_{index}", new Span<byte>(entry + BoardLayout.CounterName, BoardLayout.CounterNameSize));
        *(uint*)(entry + BoardLayout.CounterKind) = 1;
    }
}

static void Memory(int count)
{
    var boards = new Boards(TimeProvider.System);
    var before = Shmem();
    var all = new List<IJobMemory>();
    for (var index = 0; index < count; index++)
    {
        var memory = boards.Open(new("m", index, true), board: true, []);
        memory.BeginAttempt();
        memory.Publish(new(BoardGoal.Run, null, 1, DateTimeOffset.UnixEpoch, 1, 0, 0, null));
        all.Add(memory);
    }

    Say($"shared memory of {count} boards", (Shmem() - before) / (double)count, "KiB each");
    all.ForEach(memory => memory.Close());
    Say($"shared memory when they are gone", Shmem() - before, "KiB");
}

// Of this process alone: pages of memfds that it has mapped. (RssShmem of status is a sum of per-CPU counters and off by some pages.)
static long Shmem() => long.Parse(File.ReadLines("/proc/self/smaps_rollup").First(line => line.StartsWith("Pss_Shmem:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

static void Say(string what, double value, string unit) => Console.WriteLine($"{what,-36}{value,8:0.00} {unit}");
