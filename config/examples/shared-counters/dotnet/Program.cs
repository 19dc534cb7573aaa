// Counts in line 2 of the shared table. SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Supervisor.StateBoard;

var board = Board.Current;
var table = MemoryMarshal.Cast<byte, ulong>(Board.OpenRegion("counters"));
var rounds = board.Counter("rounds");
var total = ulong.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "200");
ulong done = 0;

board.Phase = Phase.Ready;
board.Status("counting in C#");
while (done < total && board.Goal != Goal.Stop)
{
    done++;
    if (!table.IsEmpty)
    {
        Interlocked.Increment(ref table[16]);
    }

    rounds.Add();
    board.Progress(done, total);
    board.Beat();
    Thread.Sleep(20);
}

board.Status("done");
Console.WriteLine($".NET counted to {done}");
