using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Upgrade;

/// <summary>What an upgrade needs to know of this process.</summary>
public sealed record UpgradeSettings
{
    /// <summary>The file that this image was started from.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, the name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its environment now.</summary>
    public required Func<IReadOnlyDictionary<string, string>> Environment { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The places that it uses.</summary>
    public required Places Places { get; init; }

    /// <summary>This boot.</summary>
    public required string BootId { get; init; }

    /// <summary>Called when it begins in earnest (the service manager is told), and when it did not take place.</summary>
    public required (Action Begins, Action Failed) Told { get; init; }

    /// <summary>Writes into the supervisor's own log.</summary>
    public required Action<bool, string> Log { get; init; }
}

/// <summary>
/// A live upgrade: the new program tries the state in a process of its own; then everything comes to rest in an order in which nothing can get lost, the
/// state goes into an anonymous file, and the main thread execs. Whatever fails on the way, this image goes on.
/// </summary>
/// <param name="engine">Gives the state.</param>
/// <param name="image">Stops starts and reaping, and execs.</param>
/// <param name="parts">What comes to rest after the engine, in order.</param>
/// <param name="holder">The descriptors that come along.</param>
/// <param name="clockStart">Where the engine's clock begins to count.</param>
/// <param name="settings">This process.</param>
public sealed class Upgrader(
    EngineLoop engine, IImageExchange image, IReadOnlyList<IHandedOver> parts, DescriptorHolder holder, long clockStart, UpgradeSettings settings) : IUpgrader, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private TaskCompletionSource<string> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public int Upgrades => engine.Upgrades;

    /// <inheritdoc/>
    public Task<string> Outcome => Volatile.Read(ref _outcome).Task;

    /// <inheritdoc/>
    public bool IsUnderWay => _oneAtATime.CurrentCount == 0;

    /// <inheritdoc/>
    public async Task<UpgradeBegun> Begin(string? program, bool thenReload = false)
    {
        if (!await _oneAtATime.WaitAsync(TimeSpan.Zero).ConfigureAwait(false))
        {
            return new(null, "an upgrade is under way already");
        }

        var goesOn = false;
        try
        {
            Volatile.Write(ref _outcome, new(TaskCreationOptions.RunContinuationsAsynchronously));
            program ??= settings.Program;
            var tried = await Try(program).ConfigureAwait(false);
            if (tried.Refusal is { } refusal)
            {
                settings.Log(true, $"upgrade to {program} refused: {refusal}; version {settings.Version} goes on");
                return tried;
            }

            goesOn = true;
            settings.Log(false, $"upgrade to version {tried.Version} ({program}) begins");
            _ = Task.Run(() => Exchange(program, thenReload));
            return tried;
        }
        finally
        {
            if (!goesOn)
            {
                _oneAtATime.Release();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    // The new program reads the state as it is now, and exits: whatever it cannot do, it cannot do it there.
    private async Task<UpgradeBegun> Try(string program)
    {
        if (!File.Exists(program))
        {
            return new(null, $"there is no file {program}");
        }

        using var state = HandoverFile.Write(StateOf(await engine.Look().ConfigureAwait(false), [], thenReload: false));
        using var output = HandoverFile.Empty("supervisor-upgrade-check");
        var sink = new StdioTarget(StdioKind.Descriptor, (int)output.DangerousGetHandle());
        var result = await engine.Run(new()
        {
            Process = new ProcessSpec
            {
                Command = [program, .. settings.Arguments.Skip(1), "--check-state"],
                Directory = System.Environment.CurrentDirectory,
                Environment = settings.Environment().Where(variable => variable.Key is not "NOTIFY_SOCKET")
                    .Select(variable => new EnvironmentVariable(variable.Key, variable.Value)).ToSequence(),
            },
            Stdio = new(StdioTarget.Null, sink, sink),
            Inherited = [new((int)state.DangerousGetHandle(), HandoverFile.Variable)],
            Limit = _patience,
        }).ConfigureAwait(false);
        var said = TextOf(output);
        const string Ok = "ok ";
        return result is { Failure: null, Status.Code: 0 } && said.StartsWith(Ok, StringComparison.Ordinal) ? new(said[Ok.Length..].Trim(), null)
            : new(null, result.Failure is { } failure ? failure
                : said.Length > 0 ? $"it cannot go on from the present state: {said.Trim()}"
                : $"it does not know how to take over a running supervisor (its check ended with {(result.Status is { } status ? Jobs.InWords.Of(status) : "no status")})");
    }

    private static string TextOf(SafeFileHandle file)
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), 8192)];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
    }

    private async Task Exchange(string program, bool thenReload)
    {
        var resting = new Stack<Action>();
        string why;
#pragma warning disable CA1031 // whatever goes wrong: this image goes on, and says so
        try
        {
            settings.Told.Begins();
            why = await Exchange(program, thenReload, resting).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            why = $"internal error: {fault.Message}";
        }
#pragma warning restore CA1031

        while (resting.TryPop(out var resume))
        {
            resume();
        }

        settings.Told.Failed();
        settings.Log(true, $"upgrade to {program} did not take place: {why}; version {settings.Version} goes on");
        Volatile.Read(ref _outcome).TrySetResult(why);
        _oneAtATime.Release();
    }

    // The order is what keeps everything: first no start is in flight and nobody is reaped (all that was is in the engine's inbox), then the engine has
    // handled its inbox, then the rest stops: nobody is left to whom something could happen.
    private async Task<string> Exchange(string program, bool thenReload, Stack<Action> resting)
    {
        resting.Push(engine.Thaw);
        var asked = engine.Rest(final: false);
        if (await Task.WhenAny(asked, Task.Delay(_patience)).ConfigureAwait(false) != asked)
        {
            engine.Thaw();
        }

        if (await asked.ConfigureAwait(false) is { Refusal: { } early })
        {
            return early;
        }

        resting.Push(image.Resume);
        await image.ComeToRest().ConfigureAwait(false);
        var rest = await engine.Rest(final: true).ConfigureAwait(false);
        if (rest.World is not { } world)
        {
            return rest.Refusal ?? "it was called off";
        }

        var told = new Dictionary<string, JsonElement>();
        foreach (var part in parts)
        {
            resting.Push(part.Resume);
            told[part.Name] = await part.ComeToRest().ConfigureAwait(false);
        }

        using var state = HandoverFile.Write(StateOf(world with { Upgrades = world.Upgrades + 1 }, told, thenReload));
        if (engine.IsStopAsked)
        {
            return "the supervisor was told to stop";
        }

        var failure = await image.Execute(StartOf(program, (int)state.DangerousGetHandle())).ConfigureAwait(false);
        return $"{failure.Call}: {Errno.Text(failure.Errno)}";
    }

    private Handover StateOf(World world, Dictionary<string, JsonElement> told, bool thenReload) => new()
    {
        Format = Handover.FormatOf(world.Instances),
        Version = settings.Version,
        BootId = settings.BootId,
        Pid = System.Environment.ProcessId,
        ClockStart = clockStart,
        Configuration = engine.Snapshot.Spec.Text,
        Places = settings.Places,
        World = world,
        Parts = told,
        Descriptors = new(holder.Held),
        ThenReload = thenReload,
    };

    private ImageStart StartOf(string program, int state)
    {
        var environment = settings.Environment().Where(variable => variable.Key != HandoverFile.Variable)
            .Select(variable => $"{variable.Key}={variable.Value}").Append($"{HandoverFile.Variable}={state}");
        return new(program, [program, .. settings.Arguments.Skip(1)], [.. environment], [state, .. holder.Held.Values]);
    }
}
