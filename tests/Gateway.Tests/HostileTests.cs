using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Grpc.Core;

namespace Qudao.Gateway.Tests;

/// <summary>Connections that want to hold or to cost much: slow ones, large ones, packed ones, and what HTTP/2 lets a client do.</summary>
public class HostileTests
{
    private const string Ingest = "/qudao.reporting.v1.DailySalesService/IngestDailySales";
    private const int RefusedStream = 7, CompressionError = 9;

    private GatewayUnderTest gateway = null!;
    private string token = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        gateway = await GatewayUnderTest.StartAsync(new() { ["Gateway:HeadersSeconds"] = "1", ["Gateway:BodyGraceSeconds"] = "2" });
        token = await gateway.AdminTokenAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await gateway.DisposeAsync();

    [Test]
    public async Task Who_dribbles_headers_or_a_body_is_cut_off_and_a_client_stream_may_wait()
    {
        using var stream = new Waiting();
        using var ingest = new HttpRequestMessage(HttpMethod.Post, Ingest) { Content = stream, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var http2 = new HttpClient { BaseAddress = new Uri(gateway.GrpcAddress), DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        var waits = http2.SendAsync(ingest);
        await stream.Begun.Task;

        var answers = await Task.WhenAll(
            DribbleAsync("GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"),
            DribbleAsync($"POST /v1/partners/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n", " "),
            DribbleAsync("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"));
        Assert.Multiple(async () =>
        {
            Assert.That(answers, Has.All.StartsWith("HTTP/1.1 408 "));
            Assert.That(answers.Skip(1), Has.All.Contains("REQUEST_TIMEOUT").And.All.Contains("请求发送太慢"));
            Assert.That((await gateway.Rest().GetAsync("/livez")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        });
        stream.GoOn.SetResult();
        using var ended = await waits;
        Assert.That((await ended.Content.ReadFromJsonAsync<Echo>())!.Length, Is.EqualTo(2), "longer silent than the others were, and all of it arrived");
    }

    [Test]
    public async Task Who_begins_headers_over_HTTP2_and_does_not_end_them_is_cut_off()
    {
        await using var raw = await RawHttp2.ConnectAsync(gateway.GrpcAddress);
        await raw.SendAsync(RawHttp2.Headers, RawHttp2.EndStream, 1, Request("/livez"));
        while (await raw.ReceiveAsync() is not null)
        {
        }
    }

    [TestCase("zh-CN", "ADDRESS_TOO_LONG", 414, "请求地址太长，最多 8 KB。")]
    [TestCase("en", "HEADERS_TOO_LARGE", 431, "The headers are too large; 16 KB at most together.")]
    [TestCase("en", "TOO_MANY_HEADERS", 431, "There are too many headers; 64 at most.")]
    public async Task An_address_or_headers_that_are_too_much_are_refused_so_that_one_can_read_why(string language, string reason, int status, string detail)
    {
        var request = $"GET /v1/partners/x{(status == 414 ? "?query=" + new string('a', 9_000) : "")} HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\n"
            + (reason == "HEADERS_TOO_LARGE" ? $"X-A: {new string('a', 17_000)}\r\n" : "")
            + (reason == "TOO_MANY_HEADERS" ? string.Concat(Enumerable.Range(0, 80).Select(i => $"X-{i}: 1\r\n")) : "");
        var answer = await SayAsync(request + "\r\n");
        Assert.That(answer, Does.StartWith($"HTTP/1.1 {status} ").And.Contain("application/problem+json").And.Contain(reason).And.Contain(detail).And.Contain("Connection: close"));
    }

    [TestCase(40_000, 1)]
    [TestCase(1, 200)]
    public async Task What_is_far_too_much_is_cut_off_before_it_is_read(int length, int count) =>
        Assert.That(await SayAsync($"GET /livez HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('a', length)}\r\n"))}\r\n"), Does.StartWith("HTTP/1.1 431 "));

    [TestCase("gzip")]
    [TestCase("br")]
    [TestCase("identity, deflate")]
    public async Task A_body_that_is_packed_is_not_unpacked_but_refused(string encoding)
    {
        using var content = new ByteArrayContent(Packed(new byte[1 << 20])) { Headers = { ContentType = new("application/json") } };
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await gateway.Rest(token, "en").PostAsync("/v1/partners/x", content);
        Assert.Multiple(async () =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("CONTENT_ENCODING_NOT_SUPPORTED"));
            Assert.That(answer.Headers.TryGetValues("Accept-Encoding", out var taken) ? taken : [], Is.EqualTo(new[] { "identity" }));
        });
    }

    [Test]
    public async Task A_packed_message_is_unpacked_no_further_than_a_message_may_be()
    {
        var small = await CallAsync(Packed([]));
        var bomb = await CallAsync(Packed(new byte[32 << 20]));
        Assert.Multiple(() =>
        {
            Assert.That(small.Status, Is.EqualTo(StatusCode.OK));
            Assert.That(bomb.Status, Is.EqualTo(StatusCode.ResourceExhausted));
            Assert.That(bomb.Reason, Is.EqualTo("PAYLOAD_TOO_LARGE"));
        });
    }

    [Test]
    public async Task JSON_that_is_too_deep_is_named()
    {
        using var answer = await gateway.Rest(token).PostAsync("/v1/users", new StringContent(new string('[', 100_000), Encoding.UTF8, "application/json"));
        var violation = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("violations")[0];
        Assert.That((answer.StatusCode, violation.GetProperty("reason").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "TOO_DEEP")));
    }

    [Test]
    public async Task A_connection_has_a_hundred_streams_and_no_more()
    {
        await using var raw = await RawHttp2.ConnectAsync(gateway.GrpcAddress);
        var settings = Pairs((await raw.FirstAsync(RawHttp2.Settings)).Payload);
        Assert.That(settings[3], Is.EqualTo(100), "SETTINGS_MAX_CONCURRENT_STREAMS");
        // Each waits for a body that does not come.
        for (var i = 0; i < 101; i++)
            await raw.SendAsync(RawHttp2.Headers, RawHttp2.EndHeaders, 2 * i + 1, Request("/v1/partners/hang", "POST"));
        var (stream, why) = await raw.FirstAsync(RawHttp2.Reset);
        Assert.That((stream, BinaryPrimitives.ReadInt32BigEndian(why)), Is.EqualTo((201, RefusedStream)));
    }

    [Test]
    public async Task A_client_does_not_say_how_large_a_header_table_is_kept_for_it()
    {
        await using var raw = await RawHttp2.ConnectAsync(gateway.GrpcAddress);
        // "Dynamic table size update" to 1 MB.
        await raw.SendAsync(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, 1, [0x3f, 0xe1, 0xff, 0x3f, .. Request("/livez")]);
        var (_, why) = await raw.FirstAsync(RawHttp2.GoAway);
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(why.AsSpan(4)), Is.EqualTo(CompressionError));
    }

    private static byte[] Request(string path, string method = "GET") =>
        RawHttp2.Block((":method", method), (":scheme", "http"), (":path", path), (":authority", "x"));

    private static Dictionary<int, uint> Pairs(byte[] settings) => settings.Chunk(6).ToDictionary(
        pair => (int)BinaryPrimitives.ReadUInt16BigEndian(pair), pair => BinaryPrimitives.ReadUInt32BigEndian(pair.AsSpan(2)));

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>One packed message to an rpc of the gateway's own.</summary>
    private async Task<(StatusCode Status, string? Reason)> CallAsync(byte[] packed)
    {
        using var http2 = new HttpClient { BaseAddress = new Uri(gateway.GrpcAddress), DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        var head = new byte[5];
        head[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), packed.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/qudao.gateway.v1.UserService/GetCurrentUser")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. head, .. packed]) { Headers = { ContentType = new("application/grpc") } },
            Headers = { { "te", "trailers" }, { "grpc-encoding", "gzip" } },
        };
        using var answer = await http2.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        string? Told(string name) => (answer.Headers.TryGetValues(name, out var values) || answer.TrailingHeaders.TryGetValues(name, out values) ? values : []).SingleOrDefault();
        var details = Told("grpc-status-details-bin") is { } text ? Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='))) : null;
        return ((StatusCode)int.Parse(Told("grpc-status")!), details?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason);
    }

    /// <summary>Says the beginning, then a little again and again until the other end has had enough; gives its answer.</summary>
    private async Task<string> DribbleAsync(string beginning, string little)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = await ConnectedAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), limit.Token);
        var answer = ReadAsync(stream, limit.Token);
        while (await Task.WhenAny(answer, Task.Delay(50, limit.Token)) != answer)
        {
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(little), limit.Token);
            }
            catch (IOException)
            {
                // Cut off: what it answered before is read all the same.
                break;
            }
        }
        return await answer;
    }

    private async Task<string> SayAsync(string request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = await ConnectedAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), limit.Token);
        return await ReadAsync(client.GetStream(), limit.Token);
    }

    /// <summary>All that comes until the other end closes, or breaks off because it was still being talked to.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, cancel);
        }
        catch (IOException)
        {
            // What came before is what it had to say.
        }
        return Encoding.UTF8.GetString(all.ToArray());
    }

    private async Task<TcpClient> ConnectedAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(gateway.Http).Port);
        return client;
    }

    /// <summary>A client's stream that says one byte, and the next when it is told to.</summary>
    private sealed class Waiting : HttpContent
    {
        public Waiting() => Headers.ContentType = new("application/grpc");

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[1]);
            await stream.FlushAsync();
            Begun.SetResult();
            await GoOn.Task;
            await stream.WriteAsync(new byte[1]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
