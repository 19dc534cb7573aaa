using CsCheck;
using Supervisor.Logs;

namespace Supervisor.Tests.Pure.Logs;

public class RotationPlanTests
{
    [Fact]
    public void Any_chunking_is_passed_on_whole_and_only_lines_longer_than_a_file_are_torn()
    {
        const int Limit = 20;
        Gen.Byte[97, 104].Select(b => b == 104 ? (byte)'\n' : b).Array[1, 60].Array[1, 10].Sample(chunks =>
        {
            var files = new List<List<byte>> { new() };
            foreach (var chunk in chunks)
            {
                Write(files, chunk, Limit);
            }

            Assert.Equal(chunks.SelectMany(c => c), files.SelectMany(f => f));
            Assert.All(files, file => Assert.InRange(file.Count, 0, 2 * Limit));
            Assert.All(files.SkipLast(1), file => Assert.True(file[^1] == '\n' || LastLine(file) >= Limit));
        });
    }

    private static void Write(List<List<byte>> files, byte[] chunk, int limit)
    {
        for (var done = 0; done < chunk.Length;)
        {
            var file = files[^1];
            var count = RotationPlan.Next(chunk.AsSpan(done), limit, file.Count, LastLine(file));
            if (count == 0)
            {
                files.Add([]);
            }

            file.AddRange(chunk.AsSpan(done, count));
            done += count;
        }
    }

    private static int LastLine(List<byte> file) => file.Count - 1 - file.LastIndexOf((byte)'\n');
}
