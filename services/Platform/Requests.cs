using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;

namespace Qudao.Platform;

/// <summary>
/// request_id: the same id and body from the same caller gets the stored reply, another body is refused. The reply is
/// stored in the transaction of the write itself. Kept 7 days.
/// </summary>
public static class Requests
{
    private const string Select = "SELECT body_hash AS BodyHash, reply AS Reply FROM requests WHERE request_key = @key";
    private const string Insert = "INSERT INTO requests (request_key, body_hash, reply, created_us) VALUES (@key, @hash, @reply, @now)";

    /// <summary>Runs the write once per request_id; with an empty id it simply runs it.</summary>
    public static Task<TReply> WriteOnceAsync<TReply>(this Db db, ServerCallContext call, IMessage request, string requestId, Func<Tx, Task<TReply>> work)
        where TReply : class, IMessage, new()
    {
        if (requestId.Length == 0)
            return db.WriteAsync(work, call.CancellationToken);
        var key = $"{call.Caller().Subject}|{call.Method}|{requestId}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(request.ToByteArray()));
        return db.WriteAsync(tx => OnceAsync(tx, key, hash, work), call.CancellationToken);
    }

    private static async Task<TReply> OnceAsync<TReply>(Tx tx, string key, string hash, Func<Tx, Task<TReply>> work)
        where TReply : class, IMessage, new()
    {
        if (await tx.FirstOrDefaultAsync<StoredReply>(Select, new { key }) is { } stored)
            return Replay<TReply>(stored, hash);
        var reply = await work(tx);
        await tx.ExecuteAsync(Insert, new { key, hash, reply = reply.ToByteArray(), now = tx.NowMicros });
        return reply;
    }

    private static TReply Replay<TReply>(StoredReply stored, string hash)
        where TReply : class, IMessage, new()
    {
        if (stored.BodyHash != hash)
            throw Errors.Invalid("request_id", "同一个 request_id 已用于内容不同的请求。", "This request_id was used for a request with another body.", "REQUEST_ID_REUSED");
        var reply = new TReply();
        reply.MergeFrom(stored.Reply);
        return reply;
    }

    private sealed class StoredReply
    {
        public string BodyHash { get; set; } = "";
        public byte[] Reply { get; set; } = [];
    }
}
