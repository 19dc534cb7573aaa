using System.Text;
using Supervisor.SharedMemory;

namespace Supervisor.Tests.Real.Components.SharedMemory;

/// <summary>What a C compiler makes of the header.</summary>
public sealed class CClientTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("supervisor-c-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_compiler_puts_every_field_where_the_code_has_it()
    {
        var program = new StringBuilder("#include \"supervisor_board.h\"\n#include <stdio.h>\nint main(void) {\n");
        program.Append("printf(\"%zu %zu\\n\", sizeof(struct supervisor_board), sizeof(struct supervisor_counter));\n");
        foreach (var (type, field) in BoardLayout.Fields.Select(field => ("supervisor_board", field)).Concat(BoardLayout.CounterFields.Select(field => ("supervisor_counter", field))))
        {
            program.Append($"printf(\"%zu %zu\\n\", offsetof(struct {type}, {field.Name}), sizeof(((struct {type} *)0)->{field.Name}));\n");
        }

        var expected = BoardLayout.Fields.Concat(BoardLayout.CounterFields).Select(field => $"{field.Offset} {field.Size}").Prepend($"{BoardLayout.Size} {BoardLayout.CounterSize}");
        Assert.Equal(string.Join('\n', expected) + "\n", await Run(program + "}\n"));
    }

    [Fact]
    public async Task Without_the_variables_everything_works_and_nothing_happens() => Assert.Equal("1 0 1 1 1\n", await Run(
        """
        #include "supervisor_board.h"
        #include <stdio.h>
        int main(void) {
            struct supervisor_board *board = supervisor_board_open();
            supervisor_board_beat(board);
            supervisor_board_phase(board, SUPERVISOR_PHASE_READY);
            supervisor_board_progress(board, 1, 2);
            supervisor_board_status(board, "text");
            supervisor_counter_add(supervisor_board_counter(board, "requests"), 1);
            supervisor_gauge_set(supervisor_board_gauge(board, "heat"), -1);
            printf("%u %llu %d %d %d\n", supervisor_board_goal(board), (unsigned long long)supervisor_board_stop_deadline(board),
                   board == NULL, supervisor_board_bytes(board) == NULL, supervisor_region_open("cache", NULL) == NULL);
        }
        """));

    private async Task<string> Run(string program)
    {
        var (source, binary) = (Path.Combine(_directory, "program.c"), Path.Combine(_directory, "program"));
        await File.WriteAllTextAsync(source, program, TestContext.Current.CancellationToken);
        var compiled = await ProgramRun.ToEnd("gcc", ["-std=gnu99", "-Wall", "-Wextra", "-Werror", "-I", Path.Combine(Built.Repository, "clients/c"), "-o", binary, source]);
        Assert.True(compiled.Code == 0, compiled.ToString());
        var ran = await ProgramRun.ToEnd("env", ["-u", "SUPERVISOR_BOARD_FD", binary]);
        Assert.True(ran.Code == 0, ran.ToString());
        return ran.Out;
    }
}
