using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Upgrade;

/// <summary>The state in an anonymous file (memfd), which another program inherits.</summary>
public static unsafe class HandoverFile
{
    /// <summary>The variable that tells a new image the number of its descriptor.</summary>
    public const string Variable = "SUPERVISOR_HANDOVER_FD";

    /// <summary>Writes a state.</summary>
    /// <exception cref="ErrnoException">No descriptors or no memory left.</exception>
    public static SafeFileHandle Write(Handover state)
    {
        var file = Empty("supervisor-handover");
        RandomAccess.Write(file, JsonSerializer.SerializeToUtf8Bytes(state, HandoverJson.Default.Handover), 0);
        return file;
    }

    /// <summary>An empty anonymous file.</summary>
    /// <exception cref="ErrnoException">No descriptors or no memory left.</exception>
    public static SafeFileHandle Empty(string name)
    {
        int descriptor;
        fixed (byte* bytes = System.Text.Encoding.UTF8.GetBytes(name + '\0'))
        {
            descriptor = LibC.memfd_create(bytes, sys_mman_h.MFD_CLOEXEC);
        }

        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw new ErrnoException("memfd_create", Marshal.GetLastPInvokeError(), name);
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="HandoverException">It is none that this version can go on from; says why.</exception>
    public static Handover Read(int descriptor)
    {
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            var bytes = new byte[RandomAccess.GetLength(file)];
            RandomAccess.Read(file, bytes, 0);
            return Read(bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HandoverException($"the state of the running supervisor cannot be read: {FailureText.Of(failure)}");
        }
    }

    /// <summary>Reads a state from its JSON.</summary>
    /// <exception cref="HandoverException">It is none that this version can go on from; says why.</exception>
    public static Handover Read(ReadOnlySpan<byte> json)
    {
        try
        {
            // The format first: the rest may be anything.
            var state = JsonNode.Parse(json) as JsonObject ?? throw new HandoverException("the state of the running supervisor is empty");
            if ((state[nameof(Handover.Format)]?.GetValue<int>() ?? throw new JsonException("it has no format")) is var format && format > Handover.NewestFormat)
            {
                throw new HandoverException($"the running supervisor writes its state in format {format}, and this version reads formats up to {Handover.NewestFormat}");
            }

            return WithDefaults(state).Deserialize(HandoverJson.Default.Handover)!;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HandoverException($"the state of the running supervisor cannot be read by this version: {failure.Message}");
        }
    }

    /// <summary>Fills in what an older version did not know; in place.</summary>
    public static JsonObject WithDefaults(JsonObject state)
    {
        var defaults = JsonDefaults.Of(new Handover { World = null! }, HandoverJson.Default.Handover);
        defaults.Remove(nameof(Handover.World));
        JsonDefaults.Fill(state, defaults);
        if (state[nameof(Handover.World)] is JsonObject world)
        {
            JsonDefaults.Fill(world, JsonDefaults.Of(new World { Started = default }, HandoverJson.Default.World));
            JsonDefaults.FillEach(world[nameof(World.Instances)], _instanceDefaults);
        }

        return state;
    }

    /// <summary>The same for one instance.</summary>
    public static InstanceWorld ReadInstance(JsonObject instance) =>
        JsonDefaults.Fill(instance, _instanceDefaults).Deserialize(HandoverJson.Default.InstanceWorld)!;

    private static readonly JsonObject _instanceDefaults =
        JsonDefaults.Of(new InstanceWorld { Name = new(""), State = JobState.Initial }, HandoverJson.Default.InstanceWorld);
}

/// <summary>A state from which this version cannot go on.</summary>
public sealed class HandoverException(string message) : Exception(message);
