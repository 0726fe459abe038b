using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Qudao.Platform;

/// <summary>Traces, metrics and logs by OpenTelemetry; sent by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT says where.</summary>
public static class Telemetry
{
    public const string Name = "Qudao";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Messages a consumer gave up on: anything above zero wants an operator.</summary>
    public static readonly Counter<long> Parked = Meter.CreateCounter<long>("qudao.inbox.parked", "{message}");

    public static void AddTelemetry(this IServiceCollection services, string service, IConfiguration configuration)
    {
        // Where nobody collects, nothing is gathered: it would cost a request a quarter of its time. Requests have their trace id all the same.
        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 })
            return;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"qudao-{service}"))
            .WithTracing(tracing => tracing
                .AddSource(Name, "MassTransit", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation(options => options.Filter = http => MayTell(http.Request.Path))
                .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = request => MayTell(request.RequestUri?.AbsolutePath))
                .AddOtlpExporter())
            .WithMetrics(metrics => metrics
                .AddMeter(Name, "MassTransit", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter());
        services.AddLogging(logging => logging.AddOpenTelemetry(log => log.AddOtlpExporter()));
    }

    /// <summary>The address of a calendar feed is a secret: no trace holds it.</summary>
    private static bool MayTell(string? path) => path?.StartsWith("/v1/calendars/", StringComparison.OrdinalIgnoreCase) != true;
}
