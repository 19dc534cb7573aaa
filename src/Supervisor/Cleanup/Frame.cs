using System.Buffers.Binary;
using System.Numerics;

namespace Supervisor.Cleanup;

/// <summary>
/// The file's format: a header, then frames on boundaries of 8 bytes, then zeros. Little-endian. A frame is magic, length of its payload, its number (they
/// only grow), the kind of record, a CRC-32C of all that but the magic, and the payload.
/// </summary>
internal static class Frame
{
    /// <summary>Version of the format.</summary>
    public const uint Version = 1;

    /// <summary>Bytes before the first frame.</summary>
    public const int HeaderSize = 64;

    /// <summary>Bytes of a frame before its payload.</summary>
    public const int Overhead = 24;

    /// <summary>No payload is longer: what says so is damaged.</summary>
    public const int MostPayload = 4 * 1024 * 1024;

    private const uint Magic = 0x4352_4c43;
    private static ReadOnlySpan<byte> FileMagic => "SUPVCLUP"u8;

    /// <summary>What a header says.</summary>
    public enum Header
    {
        /// <summary>This format.</summary>
        Ours,
        /// <summary>A later version of it.</summary>
        Newer,
        /// <summary>Nothing that we know.</summary>
        Unknown,
    }

    /// <summary>Bytes of a frame with its padding.</summary>
    public static int SizeOf(int payload) => (Overhead + payload + 7) & ~7;

    /// <summary>Writes the header.</summary>
    public static void WriteHeader(Span<byte> file)
    {
        var header = file[..HeaderSize];
        header.Clear();
        FileMagic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[(HeaderSize - 4)..], Checksum(header[..(HeaderSize - 4)]));
    }

    /// <summary>Reads it; of a later version only magic and version are looked at.</summary>
    public static Header ReadHeader(ReadOnlySpan<byte> file, out uint version)
    {
        version = 0;
        if (file.Length < HeaderSize || !file[..8].SequenceEqual(FileMagic))
        {
            return Header.Unknown;
        }

        version = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        return version > Version ? Header.Newer
            : version == Version && BinaryPrimitives.ReadUInt32LittleEndian(file[(HeaderSize - 4)..]) == Checksum(file[..(HeaderSize - 4)]) ? Header.Ours
            : Header.Unknown;
    }

    /// <summary>A whole frame, padded; the payload is at most <see cref="MostPayload"/> bytes.</summary>
    public static byte[] Write(ulong number, byte kind, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[SizeOf(payload.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), (uint)payload.Length | ((uint)kind << 24));
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), number);
        payload.CopyTo(frame.AsSpan(Overhead));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(16), ChecksumOf(frame, payload.Length));
        return frame;
    }

    /// <summary>The frame that begins here; false: none that is whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> at, out ulong number, out byte kind, out ReadOnlySpan<byte> payload)
    {
        number = 0;
        kind = 0;
        payload = default;
        if (at.Length < Overhead || BinaryPrimitives.ReadUInt32LittleEndian(at) != Magic)
        {
            return false;
        }

        var lengthAndKind = BinaryPrimitives.ReadUInt32LittleEndian(at[4..]);
        var length = (int)(lengthAndKind & 0xff_ffff);
        if (length > MostPayload || SizeOf(length) > at.Length || BinaryPrimitives.ReadUInt32LittleEndian(at[16..]) != ChecksumOf(at, length))
        {
            return false;
        }

        number = BinaryPrimitives.ReadUInt64LittleEndian(at[8..]);
        kind = (byte)(lengthAndKind >> 24);
        payload = at.Slice(Overhead, length);
        return true;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> frame, int length) => Checksum(frame.Slice(Overhead, length), Checksum(frame[4..16], uint.MaxValue));

    private static uint Checksum(ReadOnlySpan<byte> bytes, uint seed = uint.MaxValue)
    {
        var crc = seed;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
