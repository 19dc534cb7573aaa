using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Supervisor.Tests.Support;

/// <summary>A tab: what a person does with it, and what its console says.</summary>
internal sealed class BrowserPage(Chromium browser, string session)
{
    /// <summary>Errors of scripts, refusals by the content security policy, errors on the console.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Goes to an address.</summary>
    public Task Go(string url) => Send("Page.navigate", new() { ["url"] = url });

    /// <summary>Loads the page anew.</summary>
    public Task Reload() => Send("Page.reload", []);

    /// <summary>The value of an expression of JavaScript; a promise is waited for.</summary>
    public async Task<JsonElement> Evaluate(string expression)
    {
        var answer = await Send("Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        if (answer.TryGetProperty("exceptionDetails", out var thrown))
        {
            throw new InvalidOperationException($"{expression}: {thrown}");
        }

        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Waits until an expression is true: it is looked at again whenever something on the page changes.</summary>
    public async Task Until(string condition)
    {
        var waiting = $$"""
            new Promise((done) => {
              const fits = () => { try { return Boolean({{condition}}); } catch { return false; } };
              const look = () => { if (fits()) { watcher.disconnect(); done(true); } };
              const watcher = new MutationObserver(look);
              watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
              addEventListener('load', look);
              look();
            })
            """;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Evaluate(waiting);
                return;
            }
            catch (InvalidOperationException navigated) when (navigated.Message.Contains("navigat", StringComparison.Ordinal) && attempt < 3)
            {
                // The page under it has gone: the next one is asked.
            }
            catch (TimeoutException)
            {
                var shown = await Evaluate("document.body.innerText");
                throw new TimeoutException($"never came true: {condition}\n--- page\n{shown}\n--- complaints\n{string.Join('\n', Complaints)}");
            }
        }
    }

    /// <summary>Clicks the middle of the first element of a selector, as a mouse does.</summary>
    public async Task Click(string selector)
    {
        await Until($"(document.querySelector({Quoted(selector)})?.getClientRects().length ?? 0) > 0");
        var place = await Evaluate($$"""
            (() => {
              const node = document.querySelector({{Quoted(selector)}});
              node.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
              const { x, y, width, height } = node.getBoundingClientRect();
              return [x + width / 2, y + height / 2];
            })()
            """);
        foreach (var type in (string[])["mousePressed", "mouseReleased"])
        {
            await Send("Input.dispatchMouseEvent", new()
            {
                ["type"] = type,
                ["x"] = place[0].GetDouble(),
                ["y"] = place[1].GetDouble(),
                ["button"] = "left",
                ["clickCount"] = 1,
            });
        }
    }

    /// <summary>Types into whatever has the focus.</summary>
    public Task Type(string text) => Send("Input.insertText", new() { ["text"] = text });

    /// <summary>Presses and releases a key.</summary>
    public async Task Press(string key, int code, string? text = null)
    {
        await Send("Input.dispatchKeyEvent", new()
        {
            ["type"] = text is null ? "rawKeyDown" : "keyDown",
            ["key"] = key,
            ["code"] = key,
            ["windowsVirtualKeyCode"] = code,
            ["text"] = text ?? "",
        });
        await Send("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code });
    }

    /// <summary>Text of the first element of a selector.</summary>
    public async Task<string> Text(string selector) => (await Evaluate($"document.querySelector({Quoted(selector)}).innerText")).GetString()!;

    /// <summary>Sets size and colours, as another device would have them.</summary>
    public async Task Resize(int width, int height, bool dark)
    {
        await Send("Emulation.setDeviceMetricsOverride", new()
        {
            ["width"] = width,
            ["height"] = height,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = width < 600,
        });
        await Send("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
        });
    }

    /// <summary>A picture of what is visible, when SUPERVISOR_SCREENSHOTS names a directory: for people to look at.</summary>
    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable("SUPERVISOR_SCREENSHOTS") is { Length: > 0 } directory)
        {
            var picture = await Send("Page.captureScreenshot", new() { ["format"] = "png" });
            await File.WriteAllBytesAsync(Path.Combine(directory, name + ".png"), picture.GetProperty("data").GetBytesFromBase64());
        }
    }

    /// <summary>To be called once, before it is used.</summary>
    public async Task Prepare(int width, int height, bool dark)
    {
        browser.Listen(session, Told);
        foreach (var domain in (string[])["Page", "Runtime", "Log"])
        {
            await Send(domain + ".enable", []);
        }

        await Resize(width, height, dark);
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private void Told(string method, JsonElement what)
    {
        var complaint = method switch
        {
            "Runtime.exceptionThrown" => what.GetProperty("exceptionDetails").ToString(),
            "Runtime.consoleAPICalled" when what.GetProperty("type").GetString() is "error" or "warning" or "assert" => what.GetProperty("args").ToString(),
            "Log.entryAdded" when what.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning" => what.GetProperty("entry").ToString(),
            _ => null,
        };
        if (complaint is not null)
        {
            Complaints.Enqueue(complaint);
        }
    }

    private Task<JsonElement> Send(string method, JsonObject parameters) => browser.Send(session, method, parameters);
}
