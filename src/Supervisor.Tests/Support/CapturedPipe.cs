using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Tests.Support;

/// <summary>A pipe whose write end goes to a child and whose read end is read to its end.</summary>
internal sealed unsafe class CapturedPipe : IDisposable
{
    private readonly SafeFileHandle _writer;

    public CapturedPipe()
    {
        var ends = stackalloc int[2];
        if (unistd_h.pipe2(ends, fcntl_h.O_CLOEXEC) != 0)
            throw new ErrnoException("pipe2", Marshal.GetLastPInvokeError());
        var reader = new SafeFileHandle(ends[0], ownsHandle: true);
        _writer = new(ends[1], ownsHandle: true);
        Text = Task.Factory.StartNew(() =>
        {
            using var text = new StreamReader(new FileStream(reader, FileAccess.Read, 0));
            return text.ReadToEnd();
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What the child gets.</summary>
    public StdioTarget Target => new(StdioKind.Descriptor, (int)_writer.DangerousGetHandle());

    /// <summary>Everything that was written.</summary>
    public Task<string> Text { get; }

    /// <summary>Ours is closed once the child has its own.</summary>
    public void Dispose() => _writer.Dispose();
}
