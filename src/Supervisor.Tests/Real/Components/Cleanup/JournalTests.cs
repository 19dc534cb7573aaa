using System.Collections.Concurrent;
using Supervisor.Cleanup;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Tests.Support;
using Xunit;

namespace Supervisor.Tests.Real.Components.Cleanup;

/// <summary>The journal on real files.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("journal-").FullName;
    private int _ids;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private sealed class Inbox : IEngineInbox
    {
        public BlockingCollection<JournalWritten> Written { get; } = [];

        public void Post(EngineFact fact)
        {
            if (fact is JournalWritten written)
            {
                Written.Add(written, CancellationToken.None);
            }
        }
    }

    private sealed class Opened(CleanupJournal journal, Inbox inbox, IReadOnlyList<(string Text, bool IsBad)> remarks) : IDisposable
    {
        public CleanupJournal Journal => journal;

        public IReadOnlyList<(string Text, bool IsBad)> Remarks => remarks;

        /// <summary>Writes and waits for the disk; why it is not there.</summary>
        public string? Write(params CleanupRecord[] records)
        {
            journal.Write(records, 1);
            return Next();
        }

        public string? Next()
        {
            Assert.True(inbox.Written.TryTake(out var written, TimeSpan.FromSeconds(50)), "the journal does not answer");
            return written.Problem;
        }

        public void Dispose() => journal.Dispose();
    }

    private Opened Open(string? directory = null)
    {
        var inbox = new Inbox();
        return new(CleanupJournal.Open(directory ?? _directory, inbox, TimeProvider.System, out var remarks), inbox, remarks);
    }

    /// <summary>What the next one would find if this one were killed now.</summary>
    private Opened Found()
    {
        var copy = Directory.CreateDirectory(Path.Combine(_directory, $"copy{++_ids}")).FullName;
        foreach (var file in Directory.GetFiles(_directory))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return Open(copy);
    }

    private string FilePath => Path.Combine(_directory, "cleanup.journal");

    private static CleanupHook Hook(int length = 5) => new(["rm", new string('x', length)], HookCondition.Always, TimeSpan.FromSeconds(5));

    private CleanupRecord.Owed Owed(int hooks = 1, int length = 5) => new(
        $"{++_ids:D32}", new("web"), _ids, DateTimeOffset.UnixEpoch, new() { Command = ["main"] }, Enumerable.Repeat(Hook(length), hooks).ToSequence());

    [Fact]
    public void What_was_written_is_found_by_the_next_one_also_when_nobody_closed_it()
    {
        var first = Open();
        Assert.False(File.Exists(FilePath), "a file although nothing is owed");
        var (one, two) = (Owed(), Owed());
        Assert.Null(first.Write(one));
        Assert.Null(first.Write(two, new CleanupRecord.Closed(one.Id)));

        using var second = Found();

        Assert.Equal([two.Id], second.Journal.Owed.Select(entry => entry.Id));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Empty(second.Remarks);
    }

    [Fact]
    public void A_second_supervisor_on_the_same_directory_leaves_it_to_the_first()
    {
        using var first = Open();
        Assert.Null(first.Write(Owed()));

        using var second = Open();

        Assert.Empty(second.Journal.Owed);
        Assert.True(Assert.Single(second.Remarks).IsBad);
        Assert.Contains("another supervisor", second.Write(Owed()));
    }

    [Fact]
    public void Much_is_written_and_the_file_stays_small()
    {
        using (var journal = Open())
        {
            for (var attempt = 0; attempt < 3000; attempt++)
            {
                var owed = Owed(hooks: 2);
                Assert.Null(journal.Write(owed));
                Assert.Null(journal.Write(
                    new CleanupRecord.HookBegan(owed.Id, 1, 3, "boot"), new CleanupRecord.HookDone(owed.Id, 1), new CleanupRecord.HookBegan(owed.Id, 0, 3, "boot"),
                    new CleanupRecord.HookDone(owed.Id, 0), new CleanupRecord.Closed(owed.Id)));
            }

            Assert.Null(journal.Write(Owed()));
        }

        Assert.Equal(64 * 1024, new FileInfo(FilePath).Length);
        Assert.Single(Found().Journal.Owed);
    }

    [Fact]
    public void Much_that_is_owed_makes_it_larger()
    {
        using (var journal = Open())
        {
            for (var attempt = 0; attempt < 200; attempt++)
            {
                Assert.Null(journal.Write(Owed(hooks: 3, length: 500)));
            }
        }

        using var next = Open();
        Assert.Equal(200, next.Journal.Owed.Count);
        Assert.Equal(600, next.Journal.Owed.Sum(entry => entry.Hooks.Count));
    }

    [Fact]
    public void A_full_disk_is_an_answer_and_what_is_owed_already_can_still_be_told_as_done()
    {
        using var disk = new SmallDisk(1024 * 1024);
        using var journal = Open(disk.Folder);
        var first = Owed(hooks: 8);
        Assert.Null(journal.Write(first));
        disk.Fill();

        var refused = new List<CleanupRecord.Owed>();
        string? problem = null;
        while (problem is null)
        {
            refused.Add(Owed(hooks: 4, length: 2000));
            problem = journal.Write(refused[^1]);
        }

        Assert.Contains("No space left on device", problem);
        Assert.Contains("cleanup.journal", problem);
        for (var number = 0; number < 8; number++)
        {
            Assert.Null(journal.Write(new CleanupRecord.HookBegan(first.Id, number, 1, "boot")));
            Assert.Null(journal.Write(new CleanupRecord.HookDone(first.Id, number)));
        }

        Assert.Null(journal.Write(new CleanupRecord.Closed(first.Id)));

        // With room again, what was refused is taken over with the next record.
        disk.Clear();
        Assert.Null(journal.Write(Owed(hooks: 4, length: 2000)));
        journal.Dispose();
        using var next = Open(disk.Folder);
        Assert.Equal(refused.Count + 1, next.Journal.Owed.Count);
    }

    [Fact]
    public void A_disk_that_is_full_from_the_beginning_is_an_answer_too()
    {
        using var disk = new SmallDisk(256 * 1024);
        disk.Fill();
        using var journal = Open(disk.Folder);

        Assert.Contains("No space left on device", journal.Write(Owed()));
        Assert.True(journal.Journal.TakeMark().Number < 0, "a mark without a block");
        disk.Clear();
        Assert.Null(journal.Write(Owed()));
        journal.Dispose();
        using var next = Open(disk.Folder);
        Assert.Equal(2, next.Journal.Owed.Count);
    }

    [Fact]
    public void A_damaged_file_is_kept_under_another_name_and_what_is_whole_of_it_is_owed()
    {
        using (var journal = Open())
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                Assert.Null(journal.Write(Owed()));
            }
        }

        var bytes = File.ReadAllBytes(FilePath);
        bytes[Frame.HeaderSize + Frame.Overhead + 3] ^= 0xff;
        File.WriteAllBytes(FilePath, bytes);

        using var next = Open();

        Assert.Equal(2, next.Journal.Owed.Count);
        var (text, isBad) = Assert.Single(next.Remarks);
        Assert.True(isBad);
        Assert.Contains("damaged bytes", text);
        var aside = Assert.Single(Directory.GetFiles(_directory, "cleanup.journal.damaged-*"));
        Assert.Contains(aside, text);
        Assert.Equal(bytes, File.ReadAllBytes(aside));
        Assert.Null(next.Write(Owed()));
        next.Dispose();
        Assert.Equal(3, Found().Journal.Owed.Count);
    }

    [Fact]
    public void Rubbish_and_a_newer_version_are_kept_and_told()
    {
        File.WriteAllText(FilePath, new string('?', 5000));
        using (var journal = Open())
        {
            Assert.Contains("does not begin as one", Assert.Single(journal.Remarks).Text);
            Assert.Null(journal.Write(Owed()));
        }

        var bytes = File.ReadAllBytes(FilePath);
        bytes[8] = 9;
        File.WriteAllBytes(FilePath, bytes);
        using var next = Open();
        Assert.Contains("format 9", Assert.Single(next.Remarks).Text);
        Assert.Empty(next.Journal.Owed);
        Assert.Equal(bytes, File.ReadAllBytes(Assert.Single(Directory.GetFiles(_directory, "cleanup.journal.version-9-*"))));
    }

    [Fact]
    public void A_file_that_somebody_removes_or_cuts_short_is_made_again()
    {
        using var journal = Open();
        Assert.Null(journal.Write(Owed()));
        File.Delete(FilePath);
        Assert.Null(journal.Write(Owed()));
        Assert.Equal(2, Found().Journal.Owed.Count);

        using (var file = File.OpenWrite(FilePath))
        {
            file.SetLength(100);
        }

        Assert.Null(journal.Write(Owed()));
        Assert.Equal(3, Found().Journal.Owed.Count);
    }

    [Fact]
    public void Writes_that_come_while_the_disk_is_busy_go_there_together_and_all_are_answered()
    {
        using var journal = Open();
        var all = Enumerable.Range(0, 500).Select(_ => Owed()).ToList();
        foreach (var owed in all)
        {
            journal.Journal.Write([owed], 1);
        }

        Assert.All(all, _ => Assert.Null(journal.Next()));
        Assert.Equal(all.Select(owed => owed.Id), Found().Journal.Owed.Select(entry => entry.Id));
    }
}
