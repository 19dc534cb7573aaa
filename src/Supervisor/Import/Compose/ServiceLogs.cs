using System.Globalization;

namespace Supervisor.Import.Compose;

/// <summary>logging: of a service.</summary>
internal static class ServiceLogs
{
    public static void Import(ComposeKeys keys)
    {
        if (keys.Take("logging") is null || keys.Sub("logging") is not { } logging)
        {
            return;
        }

        var driver = logging.Text("driver") ?? "json-file";
        if (driver is "none" or "journald")
        {
            keys.Part.Set("log.stdout", driver == "none" ? "null" : "journal", logging.Line("driver"));
        }
        else if (driver is not ("json-file" or "local"))
        {
            logging.Note("driver", "logs go to files, the journal or the console; a shipper reads them there");
        }

        if (driver is "json-file" or "local" && logging.Take("options") is not null && logging.Sub("options") is { } options)
        {
            Rotation(options);
        }

        logging.TellRest(_ => "no counterpart");
    }

    private static void Rotation(ComposeKeys options)
    {
        if (options.Text("max-size") is { } size)
        {
            var unit = size.Length > 0 ? char.ToLowerInvariant(size[^1]) : ' ';
            var number = unit is 'k' or 'm' or 'g' ? size[..^1] : size;
            if (ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
            {
                options.Part.Set("log.max_size", unit switch { 'k' => $"{count}KiB", 'm' => $"{count}MiB", 'g' => $"{count}GiB", _ => $"{Math.Max(1024, count)}" }, options.Line("max-size"));
            }
            else
            {
                options.Note("max-size", "not a size such as 10m: files are rotated at 10MiB");
            }
        }

        if (options.Text("max-file") is { } files)
        {
            if (int.TryParse(files, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 10_000)
            {
                options.Part.Set("log.max_files", files, options.Line("max-file"));
            }
            else
            {
                options.Note("max-file", "not a number 1..10000: 5 files are kept");
            }
        }

        options.TellRest(_ => "no counterpart");
    }
}
