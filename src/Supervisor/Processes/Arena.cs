using System.Runtime.InteropServices;
using System.Text;

namespace Supervisor.Processes;

/// <summary>Unmanaged memory of one start: strings, argv, envp, the calls. Freed as a whole, after the parent has gone on.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private readonly List<nint> _blocks = [];

    /// <summary>Zeroed memory, aligned for anything.</summary>
    public void* Allocate(int bytes)
    {
        var block = NativeMemory.AllocZeroed((nuint)Math.Max(bytes, 1));
        _blocks.Add((nint)block);
        return block;
    }

    /// <summary>Copies of <paramref name="items"/>.</summary>
    public T* Array<T>(ReadOnlySpan<T> items)
        where T : unmanaged
    {
        var block = (T*)Allocate(items.Length * sizeof(T));
        items.CopyTo(new Span<T>(block, items.Length));
        return block;
    }

    /// <summary>A string as C has it, in UTF-8.</summary>
    public byte* Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var block = (byte*)Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(block, length));
        return block;
    }

    /// <summary>A vector such as argv: pointers to the strings, then a null, all in one block.</summary>
    public byte** Vector(IReadOnlyList<string> texts)
    {
        var head = (texts.Count + 1) * sizeof(byte*);
        var total = head + texts.Sum(t => Encoding.UTF8.GetByteCount(t) + 1);
        var vector = (byte**)Allocate(total);
        var at = (byte*)vector + head;
        for (var i = 0; i < texts.Count; i++)
        {
            vector[i] = at;
            at += Encoding.UTF8.GetBytes(texts[i], new Span<byte>(at, total - (int)(at - (byte*)vector))) + 1;
        }

        return vector;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
    }
}
