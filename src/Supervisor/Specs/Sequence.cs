using System.Collections;
using System.Runtime.CompilerServices;

namespace Supervisor.Specs;

/// <summary>An immutable list with value equality, so that records which hold one compare by content (a reload compares specs).</summary>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Create))]
public sealed class Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    private readonly T[] _items;

    internal Sequence(T[] items) => _items = items;

    /// <summary>The empty sequence.</summary>
    public static Sequence<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <summary>The items, without a copy.</summary>
    public ReadOnlySpan<T> Span => _items;

    /// <inheritdoc/>
    public bool Equals(Sequence<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Sequence<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes sequences; the target of collection expressions.</summary>
public static class Sequence
{
    /// <summary>A sequence of a copy of <paramref name="items"/>.</summary>
    public static Sequence<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? Sequence<T>.Empty : new(items.ToArray());

    /// <summary>A sequence of what <paramref name="items"/> yields.</summary>
    public static Sequence<T> ToSequence<T>(this IEnumerable<T> items) =>
        items.ToArray() is { Length: > 0 } all ? new(all) : Sequence<T>.Empty;
}
