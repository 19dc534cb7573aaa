using CsCheck;
using Supervisor.Cleanup;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Cleanup;

public class JournalScanTests
{
    private static readonly CleanupHook _hook = new(["rm", "-f", "/run/web.pid"], HookCondition.Failure, TimeSpan.FromSeconds(5));

    private static readonly CleanupRecord[] _records =
    [
        new CleanupRecord.Owed("0123456789abcdef0123456789abcdef", new("web", 2, true), 7, DateTimeOffset.UnixEpoch, FullProcess(), [_hook, _hook]),
        new CleanupRecord.Started("0123456789abcdef0123456789abcdef", new(4711, 123456789, "1a1f8a54-6c4b-4f7f-9f64-000000000000")),
        new CleanupRecord.Registered("0123456789abcdef0123456789abcdef", 2, _hook),
        new CleanupRecord.Ended("0123456789abcdef0123456789abcdef", [new("SERVICE_RESULT", "exit-code"), new("EXIT_CODE", "exited"), new("EXIT_STATUS", "1")], false),
        new CleanupRecord.HookBegan("0123456789abcdef0123456789abcdef", 2, 4095, "1a1f8a54-6c4b-4f7f-9f64-000000000000"),
        new CleanupRecord.HookDone("0123456789abcdef0123456789abcdef", 2),
        new CleanupRecord.Closed("0123456789abcdef0123456789abcdef"),
        new CleanupRecord.Owed("fedcba9876543210fedcba9876543210", null, 1, DateTimeOffset.UnixEpoch, new() { Command = [] }, [_hook]),
    ];

    private static ProcessSpec FullProcess() => new()
    {
        Command = ["main", "ä\0\n\""],
        Directory = "/srv",
        Chroot = "/jail",
        Environment = [new("A", "a"), new("B", "")],
        EnvironmentFiles = [new("/etc/default/web", true)],
        User = "www-data",
        Group = "33",
        SupplementaryGroups = ["ssl-cert"],
        Umask = 0b010_111,
        Limits = [new(RlimitResource.Nofile, 1024, ResourceLimit.Unlimited)],
        Nice = 5,
        IoPriority = new(IoClass.Idle, 7),
        Scheduling = new(SchedulingPolicy.Rr, 3),
        CpuAffinity = [0, 1],
        OomScoreAdjust = -100,
        NoNewPrivileges = true,
        Capabilities = [new(10)],
        SecureBits = [default(SecureBit)],
        Credentials = [new("key", "/etc/key")],
    };

    private static byte[] FileOf(params CleanupRecord[] records)
    {
        var header = new byte[Frame.HeaderSize];
        Frame.WriteHeader(header);
        return [.. header, .. records.SelectMany((record, index) => RecordJson.Write(record) is var (kind, payload) ? Frame.Write((ulong)index + 1, kind, payload) : [])];
    }

    private static readonly byte[] _file = FileOf(_records);

    [Fact]
    public void Every_record_is_read_back_as_it_was_written()
    {
        var scan = JournalScan.Of([.. _file, .. new byte[4096]]);

        Assert.Equal(_records, scan.Records);
        Assert.True(scan.IsSound);
        Assert.Equal((_file.Length, 0, (ulong)_records.Length), (scan.End, scan.TornBytes, scan.LastNumber));
    }

    [Fact]
    public void Every_property_of_a_process_survives()
    {
        // Who adds one finds out here: it must differ from its default in FullProcess, and be read back.
        var (full, empty) = (FullProcess(), new ProcessSpec { Command = [] });
        Assert.All(typeof(ProcessSpec).GetProperties().Where(property => property.CanWrite), property =>
            Assert.False(Equals(property.GetValue(full), property.GetValue(empty)), $"{property.Name} is not in FullProcess"));

        var owed = Assert.IsType<CleanupRecord.Owed>(JournalScan.Of(_file).Records[0]);
        Assert.Equal(full, owed.Process);
    }

    [Fact]
    public void A_file_cut_at_any_byte_gives_the_records_before_the_cut()
    {
        var ends = Enumerable.Range(0, _records.Length + 1).Select(count => FileOf(_records[..count]).Length).ToList();
        for (var length = Frame.HeaderSize; length < _file.Length; length++)
        {
            Check(_file[..length], ends.FindLastIndex(end => end <= length));
            // In a file whose blocks were taken in advance zeros follow, as a frame's padding is.
            Check([.. _file[..length], .. new byte[_file.Length + 512 - length]], ends.FindLastIndex(end => _file.AsSpan(0, end).TrimEnd((byte)0).Length <= length));
        }

        void Check(byte[] torn, int whole)
        {
            var scan = JournalScan.Of(torn);

            Assert.Equal(_records[..whole], scan.Records);
            Assert.True(scan.IsSound);
            Assert.Equal(ends[whole], scan.End);
        }
    }

    [Fact]
    public void Damage_amid_records_costs_the_damaged_ones_alone_and_is_told()
    {
        for (var record = 0; record < _records.Length - 1; record++)
        {
            var damaged = _file.ToArray();
            damaged[FileOf(_records[..record]).Length + Frame.Overhead] ^= 1;

            var scan = JournalScan.Of(damaged);

            Assert.Equal(_records.Where((_, index) => index != record), scan.Records);
            Assert.True(scan is { IsSound: false, DamagedBytes: > 0 });
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_nothing_is_invented()
    {
        Gen.Select(Gen.Int[0, _file.Length - 1], Gen.Byte, Gen.Int[0, 40]).Array[1, 8].Sample(changes =>
        {
            var bytes = _file.ToArray();
            foreach (var (at, value, length) in changes)
            {
                bytes.AsSpan(at, Math.Min(length, bytes.Length - at)).Fill(value);
            }

            Assert.All(JournalScan.Of(bytes).Records, record => Assert.Contains(record, _records));
        });
        Gen.Byte.Array[0, 3000].Sample(bytes => Assert.Empty(JournalScan.Of(bytes).Records));
    }

    [Fact]
    public void A_newer_version_is_told_and_not_read()
    {
        var newer = _file.ToArray();
        newer[8] = 2;

        var scan = JournalScan.Of(newer);

        Assert.Equal((Frame.Header.Newer, 2u), (scan.Header, scan.Version));
        Assert.Empty(scan.Records);
    }

    [Fact]
    public void The_room_that_is_kept_is_enough_for_all_that_follows()
    {
        static int SizeOf(CleanupRecord record) => RecordJson.Write(record) is var (kind, payload) ? Frame.Write(ulong.MaxValue, kind, payload).Length : 0;
        const string Id = "0123456789abcdef0123456789abcdef";
        var boot = new string('b', 36);
        Sequence<EnvironmentVariable> longest =
            [new("SERVICE_RESULT", "supervisor-lost"), new("EXIT_CODE", "killed"), new("EXIT_STATUS", "RTMIN+30"), new("MAINPID", $"{int.MaxValue}")];

        var ofEntry = SizeOf(new CleanupRecord.Started(Id, new(int.MaxValue, long.MaxValue, boot))) + SizeOf(new CleanupRecord.Ended(Id, longest, true)) + SizeOf(new CleanupRecord.Closed(Id));
        // A hook that was begun when the supervisor was lost, and was not started, begins again.
        var ofHook = (2 * SizeOf(new CleanupRecord.HookBegan(Id, int.MaxValue, int.MinValue, boot))) + SizeOf(new CleanupRecord.HookDone(Id, int.MaxValue));

        Assert.True(ofEntry <= JournalWriter.ReservePerEntry, $"{ofEntry}");
        Assert.True(ofHook <= JournalWriter.ReservePerHook, $"{ofHook}");
    }
}
