using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Qudao.System.Tests.BadInput;

/// <summary>A REST request as it goes over the wire, good or bad.</summary>
public sealed record RestCall(string Verb, string Path, byte[]? Body = null, string? ContentType = "application/json", params (string Name, string Value)[] Headers)
{
    public override string ToString() => $"{Verb} {Path} {(Body is null ? "" : Shorten(Encoding.UTF8.GetString(Body)))}";

    private static string Shorten(string text) => text.Length > 1500 ? text[..1500] + "…" : text;
}

/// <summary>What came back, whichever way it was asked.</summary>
/// <param name="Status">The HTTP status; 200 over gRPC.</param>
/// <param name="Code">The gRPC code, as the status or the problem tells it.</param>
/// <param name="Reason">ErrorInfo.reason; empty when there is none.</param>
/// <param name="Domain">ErrorInfo.domain; REST has it in the problem's type.</param>
/// <param name="Message">For people.</param>
/// <param name="Violations">Field, reason and description of each.</param>
/// <param name="Raw">All of it as text.</param>
public sealed record Reply(int Status, StatusCode Code, string Reason, string Domain, string Message, IReadOnlyList<(string Field, string Reason, string Text)> Violations, string Raw)
{
    public IEnumerable<string> Fields => Violations.Select(v => v.Field);
}

/// <summary>Sends what no generated client would: any bytes over REST, any bytes over gRPC. Nothing may take longer than 20 s.</summary>
public sealed class Wire : IDisposable
{
    /// <summary>What gRPC clients of other languages take as trailers by default, in kilobytes; ours would take 64.</summary>
    private const int TrailersKb = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient rest;
    private readonly HttpClient grpc;

    public Wire(Uri http, Uri h2c)
    {
        rest = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = http, Timeout = Patience };
        grpc = new HttpClient(new SocketsHttpHandler { MaxResponseHeadersLength = TrailersKb })
        {
            BaseAddress = h2c,
            Timeout = Patience,
        };
    }

    /// <summary>Calls over REST.</summary>
    public async Task<Reply> RestAsync(RestCall call, string? token, string? language = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Verb), call.Path);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            if (call.ContentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        }
        // As curl does: a large body waits for the word to come.
        request.Headers.ExpectContinue = call.Body?.Length > 1 << 20;
        foreach (var (name, value) in call.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        Sign(request, token, language);
        using var response = await rest.SendAsync(request);
        return await ReplyAsync(response);
    }

    /// <summary>Calls over gRPC with one message.</summary>
    public Task<Reply> GrpcAsync(string method, IMessage request, string? token, string? language = null) =>
        GrpcAsync(method, Frame(request.ToByteArray()), token, language);

    /// <summary>Calls over gRPC with these bytes as body.</summary>
    public async Task<Reply> GrpcAsync(string method, byte[] body, string? token, string? language = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = new ByteArrayContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", headers.FirstOrDefault(h => h.Name == "content-type").Value ?? "application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers.Where(h => h.Name != "content-type"))
            request.Headers.TryAddWithoutValidation(name, value);
        Sign(request, token, language);
        using var response = await grpc.SendAsync(request);
        var content = await response.Content.ReadAsByteArrayAsync();
        return GrpcReply(response, content);
    }

    /// <summary>A message in gRPC's frame: not compressed, its length, itself.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public void Dispose()
    {
        rest.Dispose();
        grpc.Dispose();
    }

    private static void Sign(HttpRequestMessage request, string? token, string? language)
    {
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (language is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
    }

    private static async Task<Reply> ReplyAsync(HttpResponseMessage response)
    {
        var raw = Text(await response.Content.ReadAsByteArrayAsync());
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new Reply(status, response.IsSuccessStatusCode ? StatusCode.OK : StatusCode.Unknown, "", "", "", [], raw);
        var problem = JsonDocument.Parse(raw).RootElement;
        var code = Enum.Parse<StatusCode>(problem.GetProperty("code").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        var type = problem.GetProperty("type").GetString()!.Split(':');
        Assert.That((type[0], type[2], type[3]), Is.EqualTo(("urn", "error", problem.GetProperty("reason").GetString()!)));
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(status));
        Assert.That(problem.GetProperty("traceId").GetString(), Is.Not.Empty);
        Assert.That(problem.GetProperty("title").GetString(), Is.Not.Empty);
        var violations = problem.TryGetProperty("violations", out var list)
            ? list.EnumerateArray().Select(v => (v.GetProperty("field").GetString()!, v.GetProperty("reason").GetString()!, v.GetProperty("message").GetString()!)).ToList()
            : [];
        return new Reply(status, code, type[3], type[1], problem.GetProperty("detail").GetString()!, violations, raw);
    }

    /// <summary>What bytes say: text as it is, and of a spreadsheet its parts.</summary>
    private static string Text(byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith("PK"u8))
            return Encoding.UTF8.GetString(bytes);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        return string.Concat(zip.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        }));
    }

    private static Reply GrpcReply(HttpResponseMessage response, byte[] content)
    {
        string? Trailer(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var last) || response.Headers.TryGetValues(name, out last) ? last.First() : null;
        var http = (int)response.StatusCode;
        if (Trailer("grpc-status") is not { } number)
            return new Reply(http, StatusCode.Unknown, "", "", "", [], $"HTTP {http} without grpc-status, {content.Length} bytes: {Encoding.UTF8.GetString(content)}");
        var code = (StatusCode)int.Parse(number);
        var message = Uri.UnescapeDataString(Trailer("grpc-message") ?? "");
        if (Trailer("grpc-status-details-bin") is not { } details)
            return new Reply(http, code, "", "", message, [], $"{code} {message}{Encoding.UTF8.GetString(content)}");
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
        Assert.That((status.Code, status.Message), Is.EqualTo(((int)code, message)));
        var info = status.GetDetail<ErrorInfo>();
        Assert.That(status.GetDetail<LocalizedMessage>()!.Message, Is.EqualTo(message));
        var violations = status.GetDetail<BadRequest>()?.FieldViolations.Select(v => (v.Field, v.Reason, v.Description)).ToList() ?? [];
        return new Reply(http, code, info?.Reason ?? "", info?.Domain ?? "", message, violations, status.ToString() + Encoding.UTF8.GetString(content));
    }
}
