namespace Supervisor.Jobs.Ports;

/// <summary>What a live upgrade asks of the part of the kernel that runs programs.</summary>
public interface IImageExchange
{
    /// <summary>
    /// From its end on no start is in flight and no child is reaped: what has ended was told, and what ends now stays a zombie for the next image.
    /// Starts that are asked for meanwhile wait.
    /// </summary>
    Task ComeToRest();

    /// <summary>Goes on, with the starts that have waited.</summary>
    void Resume();

    /// <summary>Replaces this image by another one, in the same process, from its main thread. Returns only when that has failed.</summary>
    Task<ErrnoFailure> Execute(ImageStart start);
}

/// <summary>How the next image is started.</summary>
/// <param name="Program">Its file.</param>
/// <param name="Arguments">argv, the name first.</param>
/// <param name="Environment"><c>NAME=value</c>.</param>
/// <param name="Descriptors">Those that it inherits, at the numbers that they have.</param>
public sealed record ImageStart(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment, IReadOnlyList<int> Descriptors);

/// <summary>A call that failed.</summary>
/// <param name="Call">Name of the call.</param>
/// <param name="Errno">Its errno.</param>
public readonly record struct ErrnoFailure(string Call, int Errno);
