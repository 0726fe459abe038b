using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Qudao.Platform;

/// <summary>
/// Keeps a service joined to the broker. MassTransit's own way back is slow after a long absence (up to half a minute
/// between tries), and now and then it leaves a consumer behind that never listens again. So a bus lives only as long as one
/// connection that we watch: when that is lost, or nobody listens to our queue, there is a new bus.
/// </summary>
internal sealed class RabbitLink(ServiceName service, Uri broker, Inbox inbox, ILoggerFactory loggers) : BackgroundService, ITransport
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = loggers.CreateLogger<RabbitLink>();
    private volatile TaskCompletionSource<Joined> joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task ReadyAsync(CancellationToken cancel) => joined.Task.WaitAsync(cancel);

    public async Task DeliverAsync(OutboxRow row, CancellationToken cancel)
    {
        var (bus, lost) = await joined.Task.WaitAsync(cancel);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, lost);
        await RabbitBus.PublishAsync(bus, row, either.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogContext.ConfigureCurrentLogContext(loggers);
        var factory = new ConnectionFactory
        {
            Uri = broker,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = ConnectLimit,
            ClientProvidedName = $"{RabbitBus.Queue(service.Value)} watch",
        };
        for (var silent = false; !stoppingToken.IsCancellationRequested; silent = true)
        {
            try
            {
                using var lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await using var connection = await factory.CreateConnectionAsync(lost.Token);
                connection.ConnectionShutdownAsync += (_, _) => lost.CancelAsync();
                silent = false;
                await JoinAsync(connection, lost);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Once, not every second of a long absence.
                if (!silent)
                    logger.LogWarning("{Service} is not joined to the broker: {Error}", service.Value, e.Message);
            }
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Joins over a new bus and stays as long as the connection holds and somebody listens.</summary>
    private async Task JoinAsync(IConnection connection, CancellationTokenSource lost)
    {
        var bus = RabbitBus.Create(service.Value, broker, inbox);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(lost.Token);
            limit.CancelAfter(StartLimit);
            // A bus whose broker dies while it starts waits for ever, whatever its token says.
            await bus.StartAsync(limit.Token).WaitAsync(limit.Token);
            joined.SetResult(new Joined(bus, lost.Token));
            logger.LogInformation("{Service} is joined to the broker", service.Value);
            await WatchAsync(connection, lost.Token);
        }
        finally
        {
            if (joined.Task.IsCompleted)
                joined = new TaskCompletionSource<Joined>(TaskCreationOptions.RunContinuationsAsynchronously);
            await lost.CancelAsync();
            await LeaveAsync(bus);
        }
    }

    /// <exception cref="InvalidOperationException">Nobody listens to the queue, although a bus is there for it.</exception>
    private async Task WatchAsync(IConnection connection, CancellationToken lost)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: lost);
        while (!lost.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, lost);
            var queue = await channel.QueueDeclarePassiveAsync(RabbitBus.Queue(service.Value), lost);
            if (queue.ConsumerCount == 0)
                throw new InvalidOperationException($"Nobody listens to {queue.QueueName}.");
        }
    }

    /// <summary>Lets consumers finish what they are at; a bus that cannot end is left behind.</summary>
    private async Task LeaveAsync(IBusControl bus)
    {
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await bus.StopAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e)
        {
            logger.LogWarning("A bus of {Service} did not end: {Error}", service.Value, e.Message);
        }
    }

    private sealed record Joined(IBusControl Bus, CancellationToken Lost);
}
