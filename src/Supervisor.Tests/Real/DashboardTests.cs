using System.Text.RegularExpressions;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real;

/// <summary>docs/dashboard.md, in a real browser on a real daemon.</summary>
public partial class DashboardTests
{
    private const string Configuration = """
        supervisor: {directory: DIR, http: {listen: 127.0.0.1:0}}
        defaults: {log: {stdout: file}}
        jobs:
          migrate: {kind: oneshot, command: [sh, -c, "echo migrated"]}
          database: {command: CHILD sleep, depends_on: {migrate: succeeded}}
          cache: {command: CHILD sleep}
          api: {command: [sh, -c, "echo listening; exec sleep 1000"], instances: 2, depends_on: {database: ready, cache: started}}
          talker: {command: [sh, -c, "printf 'before\\033[31mred\\033[0m\\033[2Jafter <img src=x onerror=alert(1)>\\n'; tail -n +1 -F DIR/said 2>/dev/null"]}
          web: {command: CHILD sleep, depends_on: [api, cache]}
          report: {command: CHILD sleep, start: manual}
          broken: {command: [sh, -c, "exit 42"], restart: {policy: on-failure, delay: 1h, max_delay: 1h}}
        """;

    [Fact]
    public async Task A_person_signs_in_and_sees_the_jobs_as_they_are()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await browser.NewPage(1280, 860);

        await page.Go(Url(daemon));
        await page.Until("!document.querySelector('#view-login').hidden");
        await page.Picture("login");
        await page.Type("this is not the token");
        await page.Press("Enter", 13, "\r");
        await page.Until("document.querySelector('#login-problem').textContent === 'This is not the token.'");
        await SignIn(page, daemon);

        Assert.Equal(["migrate", "database", "cache", "api@0", "api@1", "talker", "web", "report", "broken"],
            (await page.Evaluate("[...document.querySelectorAll('#rows tr')].map(row => row.dataset.job)")).EnumerateArray().Select(name => name.GetString()));
        await page.Until($"{Row("migrate")}.includes('completed')");
        await page.Until($"{Row("web")}.includes('ready')");
        await page.Until($"{Row("broken")}.includes('back-off') && {Row("broken")}.includes('code 42') && {Row("broken")}.includes('attempt 2 in ')");
        await page.Until($"{Row("report")}.includes('stopped') && {Row("report")}.includes('Start')");
        await page.Until("document.querySelector('tr[data-job=web] .line').getAttribute('d').length > 20");
        // A refused sign-in is an error for the browser's own console; nothing else may be.
        Assert.All(page.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
        Assert.Null((await page.Evaluate("document.cookie || null")).GetString());
    }

    [Fact]
    public async Task Stop_asks_first_and_then_stops()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);
        await page.Until($"{Row("web")}.includes('ready')");

        await page.Click("tr[data-job=web] button[aria-label='Stop web']");
        await page.Until("document.querySelector('#confirm').open");
        await page.Picture("confirm");
        await page.Press("Escape", 27);
        await page.Until("!document.querySelector('#confirm').open");
        Assert.Equal("Stop web", (await page.Evaluate("document.activeElement.getAttribute('aria-label')")).GetString());
        Assert.Equal("ready", (await daemon.Status("web")).GetProperty("state").GetString());

        await page.Click("tr[data-job=web] button[aria-label='Stop web']");
        await page.Click("#confirm-yes");
        await page.Until($"{Row("web")}.includes('stopped') && {Row("web")}.includes('Start')");
        await page.Until("document.querySelector('.toast')?.innerText.startsWith('web: ')");
        Assert.Equal("stopped", (await daemon.Status("web")).GetProperty("state").GetString());

        await page.Click("tr[data-job=web] button[aria-label='Start web']");
        await page.Click("#confirm-yes");
        await page.Until($"{Row("web")}.includes('ready')");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_job_that_others_need_is_stopped_with_them_or_not_at_all()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);
        await page.Until($"{Row("web")}.includes('ready')");

        await page.Click("tr[data-job=cache] button[aria-label='Stop cache']");
        await page.Until("document.querySelector('#confirm-text').textContent.includes('api, web depend on it')");
        await page.Click("#confirm-yes");
        await page.Until("document.querySelector('.toast.bad')?.innerText.includes('cache')");
        Assert.Equal("ready", (await daemon.Status("cache")).GetProperty("state").GetString());

        await page.Click("tr[data-job=cache] button[aria-label='Stop cache']");
        await page.Click("#confirm-dependents");
        await page.Click("#confirm-yes");
        await page.Until($"{Row("cache")}.includes('stopped') && {Row("web")}.includes('stopped')");
    }

    [Fact]
    public async Task Logs_follow_and_what_a_job_writes_stays_text()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);

        await page.Click("tr[data-job=talker] a");
        await page.Until("document.querySelector('#log').innerText.includes('beforeredafter <img src=x onerror=alert(1)>')");
        await File.AppendAllTextAsync(Path.Combine(daemon.Folder, "said"), "first words\n");
        await page.Until("document.querySelector('#log').innerText.includes('first words')");
        await File.AppendAllTextAsync(Path.Combine(daemon.Folder, "said"), string.Concat(Enumerable.Range(0, 3000).Select(i => $"number {i}\n")));
        await page.Until("document.querySelector('#log').lastElementChild?.innerText.includes('number 2999')");
        Assert.InRange((await page.Evaluate("document.querySelector('#log').childElementCount")).GetInt32(), 1, 2000);
        Assert.Equal(0, (await page.Evaluate("document.querySelectorAll('#log img, #log b').length")).GetInt32());
        await page.Picture("job");

        await page.Click("#tab-why");
        await page.Until("document.querySelector('#panel-why').innerText.includes('Decisions')");
        await page.Click("#tab-spec");
        await page.Until("document.querySelector('#panel-spec').innerText.includes('depends_on') || document.querySelector('#panel-spec').innerText.includes('restart')");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_graph_is_drawn_from_left_to_right_and_the_keyboard_goes_through_it()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);
        await page.Until($"{Row("web")}.includes('ready')");

        await page.Click("#graph-link");
        await page.Until("document.querySelectorAll('#graph .box').length === 5 && document.querySelectorAll('#graph .edge').length === 5");
        await page.Until("document.querySelector('#graph').textContent.includes('2 of 2 ready')");
        var places = (await page.Evaluate("Object.fromEntries([...document.querySelectorAll('#graph .box')].map(box => [box.querySelector('.name').textContent, box.getBoundingClientRect().x]))"));
        Assert.True(places.GetProperty("migrate").GetDouble() < places.GetProperty("database").GetDouble());
        Assert.True(places.GetProperty("database").GetDouble() < places.GetProperty("api").GetDouble());
        Assert.True(places.GetProperty("api").GetDouble() < places.GetProperty("web").GetDouble());
        Assert.Contains("broken", await page.Text("#graph-rest"), StringComparison.Ordinal);
        await page.Picture("graph");

        await page.Evaluate("document.querySelector('#graph').focus()");
        await page.Press("Tab", 9);
        Assert.StartsWith("migrate, completed, oneshot, needed by database",
            (await page.Evaluate("document.activeElement.getAttribute('aria-label')")).GetString(), StringComparison.Ordinal);
        await page.Press("Enter", 13, "\r");
        await page.Until("location.hash === '#/job/migrate' && document.querySelector('#job-title').innerText.includes('migrate')");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_phone_needs_no_sideways_scrolling()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon, 375, 760);

        foreach (var (view, there) in ((string, string)[])[("#/", "document.querySelector('tr[data-job=web]')"), ("#/job/talker", "document.querySelector('#log .line')"),
            ("#/graph", "document.querySelector('#graph .box')"), ("#/events", "document.querySelector('#events li')")])
        {
            await page.Evaluate($"location.hash = '{view}'");
            await page.Until(there);
            Assert.InRange((await page.Evaluate("document.documentElement.scrollWidth")).GetInt32(), 1, 375);
            await page.Picture("phone" + view.Replace('/', '-').TrimEnd('-').Replace("#", "", StringComparison.Ordinal));
        }

        await page.Resize(375, 760, dark: true);
        await page.Evaluate("location.hash = '#/'");
        await page.Click("tr[data-job=web] button[aria-label='Restart web']");
        await page.Until("document.querySelector('#confirm').open");
        await page.Picture("phone-dark-confirm");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Dark_and_light_follow_the_system()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);
        await page.Until($"{Row("web")}.includes('ready') && {Row("broken")}.includes('back-off')");
        async Task<string> Background() => (await page.Evaluate("getComputedStyle(document.body).backgroundColor")).GetString()!;

        await page.Picture("jobs-light");
        Assert.Equal("rgb(244, 246, 250)", await Background());
        await page.Resize(1280, 860, dark: true);
        await page.Picture("jobs-dark");
        Assert.Equal("rgb(14, 19, 28)", await Background());
    }

    [Fact]
    public async Task Events_are_listed_and_the_filter_says_when_nothing_fits()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);

        await page.Click("#filter");
        await page.Type("no such thing");
        await page.Until("!document.querySelector('#no-jobs').hidden && document.querySelector('#no-jobs').innerText === 'No job fits this filter.'");
        await page.Click("#events-link");
        await page.Until("document.querySelector('#events').innerText.includes('exited with code 42')");
        await page.Picture("events");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_supervisor_that_has_gone_is_told_and_tried_again()
    {
        await using var daemon = await Start();
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);

        await daemon.Stop();

        await page.Until("document.querySelector('#offline').innerText.includes('The supervisor does not answer. Trying again in ')");
        await page.Picture("offline");
    }

    [Fact]
    public async Task The_log_tells_where_it_is_and_what_is_dangerous()
    {
        await using var daemon = await Daemon.Start("supervisor: {directory: DIR, http: {listen: '0.0.0.0:0'}}\njobs: {a: {command: CHILD sleep}}");

        await daemon.LogSays($"its token is in {daemon.Folder}/state/http-token");
        await daemon.LogSays("beyond this machine, without encryption");
    }

    [Fact]
    public async Task A_token_that_others_can_read_stops_the_start()
    {
        var file = Path.GetTempFileName();
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        try
        {
            var result = await Daemon.RunToEnd($"supervisor: {{directory: DIR, http: {{token_file: {file}}}}}\njobs: {{a: {{command: CHILD sleep}}}}");

            Assert.Equal(1, result.Code);
            Assert.Contains($"the token file {file} has mode 0644", result.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_a_job_counts_on_its_board_is_on_its_page()
    {
        await using var daemon = await Daemon.Start(
            """
            supervisor: {directory: DIR, http: {listen: 127.0.0.1:0}}
            jobs:
              worker: {command: [sh, -ec, "$SUPERVISOR board set requests 41; $SUPERVISOR board progress 1 4; $SUPERVISOR board status digging; $SUPERVISOR board beat; exec sleep 1000"]}
            """, new Dictionary<string, string> { ["SUPERVISOR"] = Built.Supervisor });
        await daemon.LogSays("dashboard at ");
        await using var browser = await Chromium.Start();
        var page = await Open(browser, daemon);

        await page.Evaluate("location.hash = '#/job/worker'");

        const string facts = "document.querySelector('#job-facts').innerText";
        await page.Until($"{facts}.includes('digging') && {facts}.includes('25 % (1 of 4)') && /requests \\(\\w+\\)\\s+41/.test({facts})");
        Assert.Empty(page.Complaints);
    }

    private static async Task<Daemon> Start()
    {
        var daemon = await Daemon.Start(Configuration);
        await daemon.LogSays("dashboard at ");
        return daemon;
    }

    private static async Task<BrowserPage> Open(Chromium browser, Daemon daemon, int width = 1280, int height = 860)
    {
        var page = await browser.NewPage(width, height);
        await page.Go(Url(daemon));
        await SignIn(page, daemon);
        return page;
    }

    private static async Task SignIn(BrowserPage page, Daemon daemon)
    {
        await page.Until("document.activeElement?.id === 'token' || (document.querySelector('#token').focus(), false)");
        await page.Evaluate("document.querySelector('#token').select()");
        await page.Type((await File.ReadAllTextAsync(Path.Combine(daemon.Folder, "state/http-token"))).Trim());
        await page.Press("Enter", 13, "\r");
        await page.Until("document.querySelectorAll('#rows tr').length > 0");
    }

    private static string Row(string job) => $"document.querySelector('tr[data-job=\"{job}\"]').innerText";

    private static string Url(Daemon daemon) => Address().Match(daemon.Log).Value;

    [GeneratedRegex("http://[^ ;]+")]
    private static partial Regex Address();
}
