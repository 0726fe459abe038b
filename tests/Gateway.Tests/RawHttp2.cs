using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Qudao.Gateway.Tests;

/// <summary>HTTP/2 frame by frame, for what no client library would send.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4;
    private const byte Acknowledged = 1;

    private readonly TcpClient client = new();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));

    private NetworkStream Stream => client.GetStream();

    /// <summary>Connects and greets.</summary>
    public static async Task<RawHttp2> ConnectAsync(string address)
    {
        var raw = new RawHttp2();
        await raw.client.ConnectAsync(IPAddress.Loopback, new Uri(address).Port, raw.limit.Token);
        await raw.Stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), raw.limit.Token);
        await raw.SendAsync(Settings, 0, 0, []);
        return raw;
    }

    /// <summary>Headers as HPACK writes them without its tables.</summary>
    public static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            Add(name);
            Add(value);
        }
        return [.. block];

        // No text here is longer than what one byte of length can tell.
        void Add(string text)
        {
            block.Add((byte)text.Length);
            block.AddRange(Encoding.ASCII.GetBytes(text));
        }
    }

    public async Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await Stream.WriteAsync(frame, limit.Token);
    }

    /// <summary>The next frame that is neither a window update nor somebody's acknowledgement; null when the connection has ended.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)?> ReceiveAsync()
    {
        const byte Ping = 6, WindowUpdate = 8;
        while (true)
        {
            var head = new byte[9];
            if (!await IsFilledAsync(head))
                return null;
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(head) >> 8];
            await Stream.ReadExactlyAsync(payload, limit.Token);
            if (head[3] is not (WindowUpdate or Ping) && !(head[3] == Settings && (head[4] & Acknowledged) != 0))
                return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
    }

    /// <summary>The first frame of this type; what comes before it is passed over.</summary>
    public async Task<(int Stream, byte[] Payload)> FirstAsync(byte type)
    {
        while (await ReceiveAsync() is var (kind, _, stream, payload))
        {
            if (kind == type)
                return (stream, payload);
        }
        throw new IOException($"The connection ended before a frame of type {type} came.");
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        limit.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> IsFilledAsync(byte[] head)
    {
        try
        {
            return await Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, limit.Token) == head.Length;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
