using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Qudao.System.Tests;

/// <summary>A span as it was exported.</summary>
/// <param name="Service">service.name of who made it, for example "qudao-dealer".</param>
/// <param name="Parent">Id of the span around it; empty for the first.</param>
public sealed record Span(string Service, string Trace, string Id, string Parent, string Name);

/// <summary>Takes what OpenTelemetry sends (OTLP, http/protobuf): spans are read, everything else is kept as it came.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Span> spans = new();
    private readonly ConcurrentQueue<byte[]> bodies = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            bodies.Enqueue(body.ToArray());
            if (signal == "traces")
                ReadRequest(body.ToArray());
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    /// <summary>For OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
    public string Address => app.Urls.First();

    public IReadOnlyCollection<Span> Spans => spans;

    /// <summary>All that was sent so far, spans, metrics and logs, for a search of what must not be in it.</summary>
    public IEnumerable<string> Sent => bodies.Select(Encoding.UTF8.GetString);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    // Field numbers of opentelemetry/proto/collector/trace/v1 and trace/v1: ExportTraceServiceRequest.resource_spans = 1;
    // ResourceSpans.resource = 1, scope_spans = 2; ScopeSpans.spans = 2; Span.trace_id = 1, span_id = 2, parent_span_id = 4,
    // name = 5; Resource.attributes = 1; KeyValue.key = 1, value = 2; AnyValue.string_value = 1.
    private void ReadRequest(byte[] request)
    {
        foreach (var ofResource in Fields(request, 1))
        {
            var service = Fields(ofResource, 1).SelectMany(resource => Fields(resource, 1)).Where(pair => Text(pair, 1) == "service.name")
                .SelectMany(pair => Fields(pair, 2)).Select(value => Text(value, 1)).FirstOrDefault() ?? "";
            foreach (var span in Fields(ofResource, 2).SelectMany(scope => Fields(scope, 2)))
                spans.Enqueue(new Span(service, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5)));
        }
    }

    private static string Text(byte[] message, int field) => Fields(message, field).Select(Encoding.UTF8.GetString).FirstOrDefault() ?? "";

    private static string Hex(byte[] message, int field) => Fields(message, field).Select(Convert.ToHexStringLower).FirstOrDefault() ?? "";

    /// <summary>The length-delimited values of one field of a message.</summary>
    private static List<byte[]> Fields(byte[] message, int field)
    {
        var values = new List<byte[]>();
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                values.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }
        return values;
    }
}
