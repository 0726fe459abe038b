using System.Text;
using Qudao.Running;
using Qudao.TestKit;
using RabbitMQ.Client;

namespace Qudao.Deploy.Tests;

internal sealed class BrokerTests
{
    private const string Queue = "kept";

    [Test]
    public async Task A_killed_node_comes_back_with_its_durable_messages_and_a_stopped_one_leaves_nothing_running()
    {
        Needs.RabbitMq();
        var folder = Directory.CreateTempSubdirectory("qudao-broker-").FullName;
        await using (var broker = new Broker(folder))
        {
            await broker.StartAsync();
            await DeclareAsync(broker.AmqpUri);
            // RabbitMQ confirms a message when it is on disk, a queue a little earlier: that the queue is there is not what is tried here.
            await broker.StopAsync();
            await broker.StartAsync();
            await PublishAsync(broker.AmqpUri, "一");
            await broker.KillAsync();
            await broker.StartAsync();
            Assert.That(await TakeAsync(broker.AmqpUri), Is.EqualTo("一"));

            await broker.StopAsync();
            Assert.That(await broker.Process!.Exit, Is.Zero, broker.Process.Tail());
        }
        Assert.That(ProcessesOn(folder), Is.Empty);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_node_left_over_by_a_killed_parent_is_ended_before_another_starts_on_its_folder()
    {
        Needs.RabbitMq();
        var folder = Directory.CreateTempSubdirectory("qudao-broker-").FullName;
        await using var forgotten = new Broker(folder);
        await forgotten.StartAsync();
        await using (var broker = new Broker(folder))
        {
            await broker.StartAsync();
            Assert.That(forgotten.Process!.HasExited);
            await broker.StopAsync();
        }
        Assert.That(ProcessesOn(folder), Is.Empty);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task DeclareAsync(Uri uri)
    {
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
    }

    private static async Task PublishAsync(Uri uri, string text)
    {
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(text));
    }

    private static async Task<string?> TakeAsync(Uri uri)
    {
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var message = await channel.BasicGetAsync(Queue, autoAck: true);
        return message is null ? null : Encoding.UTF8.GetString(message.Body.Span);
    }

    private static List<string> ProcessesOn(string folder) =>
        [.. Directory.GetDirectories("/proc").Where(process => Mentions(Path.Combine(process, "environ"), folder))];

    private static bool Mentions(string file, string text)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
