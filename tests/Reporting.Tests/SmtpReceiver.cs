using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Qudao.Reporting.Tests;

/// <summary>A small mail server on a free loopback port: takes messages, refuses or puts off as it is told.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<MimeMessage> received = new();
    private readonly Task accepting;

    public SmtpReceiver()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How the next recipients are answered; 250 when nothing is said.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    /// <summary>What came of AUTH PLAIN, decoded.</summary>
    public ConcurrentQueue<string> Credentials { get; } = new();

    public IReadOnlyList<MimeMessage> Received => [.. received];

    /// <summary>Settings of a service that sends to it.</summary>
    public Dictionary<string, string?> Settings(string? user = null, string? passwordFile = null) => new()
    {
        ["Mail:Host"] = "127.0.0.1",
        ["Mail:Port"] = $"{Port}",
        ["Mail:From"] = "qudao@example.com",
        ["Mail:Tls"] = "none",
        ["Mail:User"] = user,
        ["Mail:PasswordFile"] = passwordFile,
    };

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(end.Token);
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        async Task SayAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), end.Token);
        await SayAsync("220 here");
        while (await reader.ReadLineAsync(end.Token) is { } line)
        {
            if (line.StartsWith("EHLO", StringComparison.Ordinal))
                await SayAsync("250-here\r\n250 AUTH PLAIN");
            else if (line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal))
            {
                Credentials.Enqueue(Encoding.UTF8.GetString(Convert.FromBase64String(line["AUTH PLAIN ".Length..])));
                await SayAsync("235 welcome");
            }
            else if (line.StartsWith("RCPT", StringComparison.Ordinal))
                await SayAsync(Answers.TryDequeue(out var answer) ? answer : "250 ok");
            else if (line == "DATA")
            {
                await SayAsync("354 go on");
                received.Enqueue(await ReadMessageAsync(reader));
                await SayAsync("250 taken");
            }
            else if (line == "QUIT")
            {
                await SayAsync("221 bye");
                return;
            }
            else
                await SayAsync("250 ok");
        }
    }

    private async Task<MimeMessage> ReadMessageAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(end.Token) is { } line && line != ".")
            text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        return await MimeMessage.LoadAsync(stream, end.Token);
    }
}
