using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;

namespace Qudao.Bench.Bare;

/// <summary>
/// MassTransit over RabbitMQ and nothing else: publishes with confirms to one quorum queue and consumes it. GET /latencies?seconds=2
/// gives the milliseconds from each publish to its arrival in the consumer, one message after the other.
/// </summary>
internal static class BareBus
{
    private static readonly ConcurrentDictionary<Guid, TaskCompletionSource<long>> Awaited = new();

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<Heard>();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(builder.Configuration["Broker:Uri"]!));
                rabbit.ReceiveEndpoint("bare", endpoint =>
                {
                    endpoint.SetQuorumQueue();
                    endpoint.ConfigureConsumers(context);
                });
            });
        });
        var app = builder.Build();
        app.MapGet("/latencies", async (double seconds, IBus bus) => await MeasureAsync(bus, TimeSpan.FromSeconds(seconds)));
        return app;
    }

    private static async Task<List<double>> MeasureAsync(IBus bus, TimeSpan span)
    {
        var latencies = new List<double>();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < span)
        {
            var id = Guid.NewGuid();
            var arrival = Awaited[id] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            var start = Stopwatch.GetTimestamp();
            await bus.Publish(new Happened { Id = id, Text = Text });
            latencies.Add(Stopwatch.GetElapsedTime(start, await arrival.Task).TotalMilliseconds);
        }
        return latencies;
    }

    // About as long as our events.
    private const string Text = "南京协众汽车销售有限公司 江苏省南京市江宁区宏运大道 2199 号 位于城南汽车城，客流稳定，已有维修车间和十二名销售顾问。";

    public sealed record Happened
    {
        public required Guid Id { get; init; }

        public required string Text { get; init; }
    }

    public sealed class Heard : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context)
        {
            var now = Stopwatch.GetTimestamp();
            if (Awaited.TryRemove(context.Message.Id, out var arrival))
                arrival.SetResult(now);
            return Task.CompletedTask;
        }
    }
}
