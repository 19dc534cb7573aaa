using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Supervisor.Jobs.Ports;
using Supervisor.SharedMemory;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.SharedMemory;

public sealed class BoardTests : IDisposable
{
    private readonly BoardPage _page = new();

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_new_board_says_nothing()
    {
        var board = _page.Read();

        Assert.Equal((0ul, null, null, null), (board.Heartbeat, board.HeartbeatAge, board.Phase, board.Progress));
        Assert.Null(board.StatusText);
        Assert.Empty(board.Counters);
        Assert.Empty(board.Problems);
    }

    [Fact]
    public void What_the_job_writes_is_read()
    {
        _page.Write(BoardLayout.Heartbeat, 7ul);
        _page.Write(BoardLayout.Phase, 2u);
        _page.Write(BoardLayout.ProgressDone, 3ul);
        _page.Write(BoardLayout.ProgressTotal, 10ul);
        _page.Write(BoardLayout.ProgressSequence, 2u);
        _page.WriteStatus("lädt"u8);
        _page.WriteCounter(0, "requests", 1, ulong.MaxValue);
        _page.WriteCounter(1, "temperature", 2, unchecked((ulong)-5L));

        var board = _page.Read();

        Assert.Equal((7ul, (BoardPhase?)BoardPhase.Ready, new BoardProgress(3, 10), "lädt"), (board.Heartbeat, board.Phase, board.Progress!.Value, board.StatusText));
        Assert.Equal(["requests 18446744073709551615", "temperature -5"], board.Counters.Select(counter => $"{counter.Name} {counter}"));
        Assert.Empty(board.Problems);
    }

    [Fact]
    public void What_the_supervisor_writes_is_where_the_table_says()
    {
        var exit = new ExitRecord
        {
            Attempt = 2,
            InvocationId = "",
            Cause = ExitCause.Core,
            Status = ExitStatus.Signaled(new(11), coreDumped: true),
            Success = false,
            Started = default,
            Ended = default,
            Duration = default,
        };
        var before = TimeProvider.System.GetTimestamp();
        _page.Memory.Publish(new(BoardGoal.Stop, TimeSpan.FromSeconds(10), 4711, DateTimeOffset.UnixEpoch.AddSeconds(5), 3, 2, 1, exit));

        Assert.Equal([BoardLayout.MagicValue, 5_000_000_000ul], [_page.U64(BoardLayout.Magic), _page.U64(BoardLayout.StartTime)]);
        Assert.InRange(_page.U64(BoardLayout.StopDeadline), (ulong)before + 10_000_000_000, (ulong)before + 100_000_000_000);
        Assert.Equal(
            [2, 4711, 3, 0, 2, 1, 3, uint.MaxValue, 11, 2],
            new[] { BoardLayout.Goal, BoardLayout.Pid, BoardLayout.Attempt, BoardLayout.Instance, BoardLayout.Restarts, BoardLayout.Reloads, BoardLayout.LastExitCause,
                BoardLayout.LastExitCode, BoardLayout.LastExitSignal, BoardLayout.SupervisorSequence }.Select(_page.U32));
        Assert.Equal("web\0"u8, _page.Bytes.Slice(BoardLayout.JobName, 4));
    }

    [Fact]
    public void The_jobs_own_bytes_survive_a_restart_and_the_rest_does_not()
    {
        _page.Bytes.Fill(0xff);
        _page.Memory.BeginAttempt();

        Assert.Equal(0ul, _page.Read().Heartbeat);
        Assert.Empty(_page.Read().Problems);
        Assert.Equal(-1, _page.Bytes.Slice(BoardLayout.JobBytes, BoardLayout.JobBytesSize).IndexOfAnyExcept((byte)0xff));
        Assert.Equal(-1, _page.Bytes[(BoardLayout.JobBytes + BoardLayout.JobBytesSize)..].IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_sequence_that_stays_odd_is_given_up_and_told()
    {
        _page.Write(BoardLayout.ProgressSequence, 3u);
        _page.Write(BoardLayout.StatusSequence, 5u);

        var board = _page.Read();

        Assert.Null(board.Progress);
        Assert.Null(board.StatusText);
        Assert.Equal(2, board.Problems.Length);
    }

    [Fact]
    public void Escape_sequences_never_reach_a_terminal()
    {
        _page.WriteStatus("\u001b[2J\u001b]0;owned\u0007 a\nb\u009bc\u202edrow"u8);

        var text = _page.Read().StatusText!;
        Assert.DoesNotContain(text, char.IsControl);
        Assert.Equal(" [2J ]0;owned  a b c drow", text);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_shown_as_far_as_it_is()
    {
        _page.WriteStatus([(byte)'a', 0xff, 0xc3, (byte)'b']);

        var board = _page.Read();
        Assert.Equal("a\uFFFD\uFFFDb", board.StatusText);
        Assert.Single(board.Problems);
    }

    [Fact]
    public void A_status_longer_than_its_field_is_cut()
    {
        _page.WriteStatus("x"u8);
        _page.Write(BoardLayout.StatusLength, uint.MaxValue);

        Assert.Equal("x", _page.Read().StatusText);
        Assert.Contains("claims 4294967295 bytes", _page.Read().Problems[0]);
    }

    [Fact]
    public void Another_ABI_version_leaves_only_the_heartbeat()
    {
        _page.Write(BoardLayout.Version, 7u);
        _page.Write(BoardLayout.Heartbeat, 3ul);
        _page.WriteStatus("hello"u8);

        var board = _page.Read();
        Assert.Equal(3ul, board.Heartbeat);
        Assert.Null(board.StatusText);
        Assert.Equal(["it claims ABI version 7, this supervisor knows 1; only the heartbeat is read"], board.Problems);
    }

    [Theory]
    [InlineData("9lives", 1u, "no valid name")]
    [InlineData("bad name", 1u, "no valid name")]
    [InlineData("", 1u, "no valid name")]
    [InlineData("good", 9u, "unknown kind 9")]
    public void An_entry_that_is_wrong_is_left_out_and_told(string name, uint kind, string problem)
    {
        _page.WriteCounter(4, name, kind, 1);

        Assert.Empty(_page.Read().Counters);
        Assert.Contains(problem, Assert.Single(_page.Read().Problems));
    }

    [Fact]
    public void The_age_of_a_heartbeat_counts_from_the_reading_that_found_it()
    {
        var time = new FakeTimeProvider();
        var boards = new Boards(time);
        var memory = boards.Open(new("a"), board: true, []);
        memory.BeginAttempt();
        using var mapping = Linux.Mapping.OfFile(memory.Descriptors[0].Descriptor, BoardLayout.Size);
        unsafe
        {
            *(ulong*)(mapping.Address + BoardLayout.Heartbeat) = 1;
        }

        Assert.Null(boards.Read(new("a"))!.HeartbeatAge);
        unsafe
        {
            *(ulong*)(mapping.Address + BoardLayout.Heartbeat) = 2;
        }

        Assert.Equal(TimeSpan.Zero, boards.Read(new("a"))!.HeartbeatAge);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), boards.Read(new("a"))!.HeartbeatAge);
        memory.Close();
    }

    [Fact]
    public void No_content_of_a_board_can_break_a_reader()
    {
        // Valid headers half of the time, so that the fields behind them are reached.
        Gen.Select(Gen.Byte.Array[BoardLayout.Size], Gen.Bool, Gen.Bool).Sample(
            (bytes, header, even) =>
            {
                bytes.CopyTo(_page.Bytes);
                if (header)
                {
                    _page.Write(BoardLayout.Magic, BoardLayout.MagicValue);
                    _page.Write(BoardLayout.Version, BoardLayout.AbiVersion);
                }

                if (even)
                {
                    _page.Write(BoardLayout.StatusSequence, _page.U32(BoardLayout.StatusSequence) & ~1u);
                    _page.Write(BoardLayout.StatusLength, _page.U32(BoardLayout.StatusLength) % 300);
                    _page.Write(BoardLayout.Counters + BoardLayout.CounterKind, 1u);
                }

                var board = _page.Read();
                Assert.DoesNotContain(board.StatusText ?? "", char.IsControl);
                Assert.True(board.Counters.Length <= BoardLayout.CounterCapacity);
                _page.Memory.Publish(new(BoardGoal.Run, null, 1, null, 1, 0, 0, null));
            },
            iter: 5_000, threads: 1);
    }

    [Fact]
    public async Task Readers_on_other_threads_outlive_a_board_that_goes()
    {
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                _page.Boards.Read(new("other"));
            }
        })).ToList();
        for (var i = 0; i < 2_000; i++)
        {
            var memory = _page.Boards.Open(new("other"), board: true, []);
            memory.BeginAttempt();
            memory.Close();
        }

        await over.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Null(_page.Boards.Read(new("other")));
    }
}
