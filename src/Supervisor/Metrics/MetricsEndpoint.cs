using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Supervisor.Metrics;

/// <summary>
/// <c>GET /metrics</c> in Prometheus text. The collecting machinery is made at the first request: who scrapes nothing carries nothing of it, and all
/// instruments read totals that the engine keeps anyway, so a late start loses nothing.
/// </summary>
public sealed class MetricsEndpoint : IDisposable
{
    private const int LeastSeries = 500;

    private readonly Lazy<(MeterProvider Provider, RequestDelegate Scrape)> _scraping;

    /// <summary>Makes an endpoint that reads <paramref name="metrics"/>.</summary>
    /// <param name="metrics">Makes the instruments, once.</param>
    /// <param name="instances">How many job instances there are when it begins.</param>
    public MetricsEndpoint(Func<SupervisorMetrics> metrics, Func<int> instances) => _scraping = new(() => Begin(metrics, instances()));

    /// <summary>Answers one request.</summary>
    public Task Scrape(HttpContext context) => _scraping.Value.Scrape(context);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_scraping.IsValueCreated)
        {
            _scraping.Value.Provider.Dispose();
        }
    }

    // OpenTelemetry reserves memory for as many time series per instrument; states, causes and the jobs' own numbers multiply the instances.
    private static int SeriesPerInstance(string instrument) => instrument switch
    {
        "supervisor.job.state" or "supervisor.job.exits" => 12,
        SupervisorMetrics.CounterOfJobs or SupervisorMetrics.GaugeOfJobs => 32,
        _ => 2,
    };

    private static (MeterProvider Provider, RequestDelegate Scrape) Begin(Func<SupervisorMetrics> metrics, int instances)
    {
        _ = metrics();
        var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.Clear().AddService("supervisor-daemon", autoGenerateServiceInstanceId: false))
            .AddMeter(SupervisorMetrics.MeterName)
            .AddView(instrument => new MetricStreamConfiguration
            {
                CardinalityLimit = Math.Max(LeastSeries, instances * SeriesPerInstance(instrument.Name)),
            })
            .AddPrometheusExporter(options => options.ScopeInfoEnabled = false)
            .Build();
        var pipeline = new ApplicationBuilder(new NoServices());
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(provider, _ => true, null, null, null);
        return (provider, pipeline.Build());
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
