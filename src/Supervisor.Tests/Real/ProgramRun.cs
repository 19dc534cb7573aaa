using System.Text;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real;

/// <summary>How a program that ran to its end ended (128 + n for a signal, as shells say it), and what it said.</summary>
public sealed record ProgramResult(int Code, string Out, string Error)
{
    /// <summary>Everything, for the message of a failed assertion.</summary>
    public override string ToString() => $"exit code {Code}\n--- stdout\n{Out}\n--- stderr\n{Error}";
}

/// <summary>A program that a test has started: the built daemon, or a command of it.</summary>
public sealed class ProgramRun : IDisposable
{
    /// <summary>Longest wait for anything that is to happen; only a broken test comes near it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly TestProcess _process;
    private readonly Stream _out;
    private readonly Stream _error;

    private ProgramRun(TestProcess process, Stream output, Stream error) => (_process, _out, _error) = (process, output, error);

    /// <summary>Its pid.</summary>
    public int Pid => _process.Pid;

    /// <summary>What it has written to stderr so far.</summary>
    public string Error => _error.Text;

    /// <summary>What it has written to stdout so far.</summary>
    public string Out => _out.Text;

    /// <summary>Starts a program; stdin is empty, the environment is the test's own with these variables.</summary>
    public static async Task<ProgramRun> Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        using var output = new Writer();
        using var error = new Writer();
        var spec = new ProcessSpec
        {
            Command = [file, .. arguments],
            Directory = directory ?? Environment.CurrentDirectory,
            Environment = (environment ?? new Dictionary<string, string>()).Select(v => new EnvironmentVariable(v.Key, v.Value)).ToSequence(),
        };
        var (process, failure) = await TestProcesses.TryStart(spec, new StdioTargets(StdioTarget.Null, output.Target, error.Target));
        return new(process ?? throw new InvalidOperationException($"{file}: {failure}"), new(output.Reader), new(error.Reader));
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramResult> ToEnd(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        using var run = await Start(file, arguments, environment, directory);
        return await run.Ended();
    }

    /// <summary>Waits for its end, and for the end of its output.</summary>
    public async Task<ProgramResult> Ended(TimeSpan? within = null)
    {
        var limit = within ?? Limit;
        try
        {
            var exit = await _process.Exited.WaitAsync(limit);
            await Task.WhenAll(_out.Read, _error.Read).WaitAsync(limit);
            return new(exit.Status?.ShellCode ?? -1, Out, Error);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"pid {Pid} (or its output) has not ended within {limit.TotalSeconds} s\n--- stdout\n{Out}\n--- stderr\n{Error}");
        }
    }

    /// <summary>The next line of its stdout; null at its end.</summary>
    public async Task<string?> NextLine()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _out.NextLine(limit.Token);
    }

    /// <summary>Reads its stdout on, to a line with these words.</summary>
    public async Task<string> Says(string words)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await _out.NextLine(limit.Token) is { } line)
        {
            if (line.Contains(words))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"ended without saying '{words}':\n{Out}\n--- stderr\n{Error}");
    }

    /// <summary>Waits until its stderr has said these words (or said them before).</summary>
    public Task ErrorSays(string words) => ErrorComes(text => text.Contains(words));

    /// <summary>Waits until all that its stderr has said fits.</summary>
    public async Task ErrorComes(Func<string, bool> fits)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!fits(Error))
        {
            if (await _error.NextLine(limit.Token) is null && !fits(Error))
            {
                throw new InvalidOperationException($"ended without saying what is waited for:\n{Error}");
            }
        }
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => _process.Child.Signal(new Signal(signal));

    /// <summary>
    /// After its end: what it has left lives on. A child of a killed daemon that has not come to execve has the daemon's own environment, so that it would be taken for a
    /// leftover of the daemon and be killed, whoever's start it is.
    /// </summary>
    public void Leave() => _process.Leave();

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    /// <summary>One of its outputs: text so far, and lines as they come.</summary>
    private sealed class Stream
    {
        private readonly StringBuilder _text = new();
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public Stream(SafeFileHandle pipe) =>
            Read = Task.Factory.StartNew(() => ReadAll(pipe), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public Task Read { get; }

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public async Task<string?> NextLine(CancellationToken limit) =>
            await _lines.Reader.WaitToReadAsync(limit) && _lines.Reader.TryRead(out var line) ? line : null;

        private void ReadAll(SafeFileHandle pipe)
        {
            using var reader = new StreamReader(new FileStream(pipe, FileAccess.Read, 0));
            while (reader.ReadLine() is { } line)
            {
                lock (_text)
                {
                    _text.Append(line).Append('\n');
                }

                _lines.Writer.TryWrite(line);
            }

            _lines.Writer.Complete();
        }
    }

    /// <summary>A pipe: its write end is the child's, and closed here when the child has it.</summary>
    private sealed class Writer : IDisposable
    {
        private readonly SafeFileHandle _writer;

        public Writer() => (Reader, _writer) = Kernel.Pipe();

        public SafeFileHandle Reader { get; }

        public StdioTarget Target => new(StdioKind.Descriptor, (int)_writer.DangerousGetHandle());

        public void Dispose() => _writer.Dispose();
    }
}
