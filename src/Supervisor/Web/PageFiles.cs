using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Supervisor.Web;

/// <summary>The files of the page, embedded in the program as they stand in <c>Web/Page/</c>.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, byte[]> _files = Load();

    /// <summary>The names of all.</summary>
    public static IEnumerable<string> Names => _files.Keys;

    /// <summary>One of them, as text.</summary>
    public static string Text(string name) => Encoding.UTF8.GetString(_files[name]);

    /// <summary>Answers a request for one of them; false: it is for something else.</summary>
    public static bool TryAnswer(HttpContext context, out Task answer)
    {
        var request = context.Request;
        var name = request.Path.Value is "/" ? "index.html" : request.Path.Value?.TrimStart('/') ?? "";
        answer = Task.CompletedTask;
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || !_files.TryGetValue(name, out var content))
        {
            return false;
        }

        context.Response.ContentType = TypeOf(name);
        context.Response.ContentLength = content.Length;
        answer = HttpMethods.IsHead(request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
        return true;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"no media type for {other}"),
    };

    private static FrozenDictionary<string, byte[]> Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name =>
            {
                using var content = new MemoryStream();
                using var resource = assembly.GetManifestResourceStream(name)!;
                resource.CopyTo(content);
                return content.ToArray();
            });
    }
}
