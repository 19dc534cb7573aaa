using System.Buffers.Text;
using System.Text;
using Supervisor.Jobs;

namespace Supervisor.Readiness;

/// <summary>One datagram of sd_notify(3), taken apart: newline-separated KEY=VALUE, unknown keys passed over. Pure.</summary>
internal sealed class NotifyMessage
{
    /// <summary>The longest message (PIPE_BUF, as systemd has it); a longer one is dropped whole.</summary>
    public const int Longest = 4096;

    private const int LongestStatus = 512;
    private const string DefaultName = "stored";

    /// <summary>What concerns the machine; null: nothing does.</summary>
    public Notification? News { get; private set; }

    /// <summary>WATCHDOG=1.</summary>
    public bool IsBeat { get; private set; }

    /// <summary>FDSTORE=1.</summary>
    public bool Stores { get; private set; }

    /// <summary>FDSTOREREMOVE=1.</summary>
    public bool Removes { get; private set; }

    /// <summary>FDNAME=; a name that is none counts as not given.</summary>
    public string DescriptorName { get; private set; } = DefaultName;

    /// <summary>FDPOLL=0 was not given.</summary>
    public bool Polls { get; private set; } = true;

    /// <summary>BARRIER=1.</summary>
    public bool IsBarrier { get; private set; }

    /// <summary>Whether BARRIER=1 stands alone, as it must.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>Fields that could not be read.</summary>
    public int Malformed { get; private set; }

    /// <summary>Whether it is a heartbeat and nothing else: the one that comes often, found without an allocation.</summary>
    public static bool IsOnlyBeat(ReadOnlySpan<byte> text) => text is [.. var line, (byte)'\n'] ? line.SequenceEqual("WATCHDOG=1"u8) : text.SequenceEqual("WATCHDOG=1"u8);

    /// <summary>Takes a message apart; null: it holds a NUL or is no UTF-8 altogether.</summary>
    public static NotifyMessage? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0))
        {
            return null;
        }

        var message = new NotifyMessage();
        var news = new Notification();
        var lines = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            var equals = line.IndexOf((byte)'=');
            if (equals > 0)
            {
                lines++;
                news = message.Take(news, line[..equals], line[(equals + 1)..]);
            }
        }

        message.IsAlone = lines == 1;
        message.News = news == new Notification() ? null : news;
        return message;
    }

    private Notification Take(Notification news, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var isOne = value.SequenceEqual("1"u8);
        switch (key)
        {
            case var _ when key.SequenceEqual("READY"u8):
                return news with { Ready = isOne };
            case var _ when key.SequenceEqual("RELOADING"u8):
                return news with { Reloading = isOne };
            case var _ when key.SequenceEqual("MONOTONIC_USEC"u8):
                return news with { MonotonicMicroseconds = Number(value, long.MaxValue / 1000) };
            case var _ when key.SequenceEqual("STOPPING"u8):
                return news with { Stopping = isOne };
            case var _ when key.SequenceEqual("STATUS"u8):
                return news with { Status = Line(value) };
            case var _ when key.SequenceEqual("ERRNO"u8):
                return news with { Errno = (int?)Number(value, 4095) };
            case var _ when key.SequenceEqual("EXIT_STATUS"u8):
                return news with { ExitStatus = Line(value) };
            case var _ when key.SequenceEqual("MAINPID"u8):
                return news with { MainPid = (int?)Number(value, int.MaxValue) };
            case var _ when key.SequenceEqual("WATCHDOG_USEC"u8):
                return news with { WatchdogTime = Time(value) };
            case var _ when key.SequenceEqual("EXTEND_TIMEOUT_USEC"u8):
                return news with { Extend = Time(value) };
            case var _ when key.SequenceEqual("WATCHDOG"u8):
                IsBeat |= isOne;
                return news with { Trigger = news.Trigger || value.SequenceEqual("trigger"u8) };
            default:
                TakeDescriptorWords(key, value, isOne);
                return news;
        }
    }

    private void TakeDescriptorWords(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isOne)
    {
        Stores |= key.SequenceEqual("FDSTORE"u8) && isOne;
        Removes |= key.SequenceEqual("FDSTOREREMOVE"u8) && isOne;
        Polls &= !(key.SequenceEqual("FDPOLL"u8) && value.SequenceEqual("0"u8));
        IsBarrier |= key.SequenceEqual("BARRIER"u8) && isOne;
        if (key.SequenceEqual("FDNAME"u8))
        {
            DescriptorName = IsName(value) ? Encoding.ASCII.GetString(value) : DefaultName;
        }
    }

    // sd_notify(3): ASCII, no control characters, no colon, at most 255; what is no name is ignored.
    private static bool IsName(ReadOnlySpan<byte> name) => name.Length is > 0 and <= 255 && name.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0 && !name.Contains((byte)':');

    private long? Number(ReadOnlySpan<byte> value, long most)
    {
        if (Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length && number >= 0 && number <= most)
        {
            return number;
        }

        Malformed++;
        return null;
    }

    // Longer than anybody lives is for ever.
    private TimeSpan? Time(ReadOnlySpan<byte> microseconds)
    {
        if (!Utf8Parser.TryParse(microseconds, out ulong number, out var used) || used != microseconds.Length)
        {
            Malformed++;
            return null;
        }

        return number > 36_500UL * 24 * 3600 * 1_000_000 ? TimeSpan.MaxValue : TimeSpan.FromMicroseconds(number);
    }

    // For people's terminals: what is no character of a line of text is replaced.
    private static string Line(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder();
        foreach (var rune in Encoding.UTF8.GetString(value).EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > LongestStatus)
            {
                break;
            }

            text.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? "\uFFFD" : rune.ToString());
        }

        return text.ToString();
    }
}
