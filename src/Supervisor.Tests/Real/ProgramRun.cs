using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Supervisor.Tests.Real;

/// <summary>How a program that ran to its end ended, and what it said.</summary>
public sealed record ProgramResult(int Code, string Out, string Error)
{
    /// <summary>Everything, for the message of a failed assertion.</summary>
    public override string ToString() => $"exit code {Code}\n--- stdout\n{Out}\n--- stderr\n{Error}";
}

/// <summary>A program that a test has started: the built daemon, or a command of it.</summary>
public sealed class ProgramRun : IDisposable
{
    /// <summary>Longest wait for anything that is to happen; only a broken test comes near it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _errorLines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ProgramRun(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(Read(process.StandardOutput, _out, _lines.Writer), Read(process.StandardError, _error, _errorLines.Writer));
    }

    /// <summary>Its pid.</summary>
    public int Pid => _process.Id;

    /// <summary>What it has written to stderr so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>What it has written to stdout so far.</summary>
    public string Out
    {
        get
        {
            lock (_out)
            {
                return _out.ToString();
            }
        }
    }

    /// <summary>Starts a program; stdin is empty. A variable without a value is removed.</summary>
    public static ProgramRun Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new(process);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramResult> ToEnd(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        using var run = Start(file, arguments, environment, directory);
        return await run.Ended();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ProgramResult> Ended()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Limit);
            await _reading.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"pid {Pid} has not ended within {Limit.TotalSeconds} s\n--- stdout\n{Out}\n--- stderr\n{Error}");
        }

        return new(_process.ExitCode, Out, Error);
    }

    /// <summary>The next line of its stdout; null at its end.</summary>
    public async Task<string?> NextLine()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _lines.Reader.WaitToReadAsync(limit.Token) && _lines.Reader.TryRead(out var line) ? line : null;
    }

    /// <summary>Waits until a line with these words has come to its stderr (or came before).</summary>
    public async Task ErrorSays(string words)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!Error.Contains(words))
        {
            if (!await _errorLines.Reader.WaitToReadAsync(limit.Token) || !_errorLines.Reader.TryRead(out _))
            {
                throw new InvalidOperationException($"ended without saying '{words}':\n{Error}");
            }
        }
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => Kernel.Signal(Pid, signal);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task Read(StreamReader from, StringBuilder all, ChannelWriter<string> lines)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (all)
            {
                all.Append(line).Append('\n');
            }

            lines.TryWrite(line);
        }

        lines.TryComplete();
    }
}
