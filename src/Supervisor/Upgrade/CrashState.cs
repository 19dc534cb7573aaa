using System.Text.Json;
using System.Text.Json.Nodes;
using Supervisor.Engine;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Upgrade;

/// <summary>Reads what a supervisor that was killed has left (<see cref="WorldRecord"/>).</summary>
public static class CrashState
{
    // The numbers of the time between the last write and the death are not known: these leave room for them.
    private const long Gap = 1000;

    /// <summary>The state; null: there is none, or it is of another boot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bootId">This boot.</param>
    /// <param name="problem">Why a file that is there cannot be gone on from; null: nothing to say.</param>
    public static Handover? Read(string path, string bootId, out string? problem)
    {
        problem = null;
        try
        {
            var lines = File.ReadAllBytes(path).AsSpan();
            var end = lines.IndexOf((byte)'\n');
            if (end < 0)
            {
                problem = $"{path} has no whole line: the jobs of the supervisor before this one are not known";
                return null;
            }

            var state = HandoverFile.Read(lines[..end]);
            return state.BootId == bootId ? With(state, Newest(lines[(end + 1)..])) : null;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or HandoverException)
        {
            problem = $"{path}: {FailureText.Of(failure)}; the jobs of the supervisor before this one are not known";
            return null;
        }
    }

    private static Handover With(Handover state, Dictionary<InstanceName, InstanceWorld> newer)
    {
        var instances = state.World.Instances.Select(instance => newer.GetValueOrDefault(instance.Name) ?? instance).ToList();
        var sequence = instances.SelectMany(instance => instance.Story).Select(line => line.Sequence).Append(state.World.Sequence).Max();
        var spawn = instances.SelectMany(instance => instance.Steps.Select(step => step.Process).Append(instance.Main)).Select(process => process?.SpawnId ?? 0)
            .Append(state.World.LastSpawn).Max();
        return state with { World = state.World with { Instances = [.. instances], Sequence = sequence + Gap, LastSpawn = spawn + Gap } };
    }

    // A later line of an instance is the newer one. The last may be torn: then it was never written.
    private static Dictionary<InstanceName, InstanceWorld> Newest(ReadOnlySpan<byte> lines)
    {
        var newest = new Dictionary<InstanceName, InstanceWorld>();
        for (int end; (end = lines.IndexOf((byte)'\n')) >= 0; lines = lines[(end + 1)..])
        {
            try
            {
                if (JsonNode.Parse(lines[..end]) is JsonObject line && HandoverFile.ReadInstance(line) is { } instance)
                {
                    newest[instance.Name] = instance;
                }
            }
            catch (JsonException)
            {
                return newest;
            }
        }

        return newest;
    }
}
