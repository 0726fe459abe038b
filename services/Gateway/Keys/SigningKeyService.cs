using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.Keys;

/// <summary>The signing keys for whoever runs the house. They are of no place in the tree: only who sees all of it may look.</summary>
public sealed class SigningKeyService(Db db, SigningKeys keys) : V1.SigningKeyService.SigningKeyServiceBase
{
    public override async Task<ListSigningKeysResponse> ListSigningKeys(ListSigningKeysRequest request, ServerCallContext context)
    {
        RequireWhole(context);
        var rows = await db.ReadAsync(SigningKeyStore.AllAsync);
        var reply = new ListSigningKeysResponse();
        reply.SigningKeys.Add(Enumerable.Reverse(rows).Select(ToMessage));
        return reply;
    }

    public override async Task<SigningKey> RotateSigningKey(RotateSigningKeyRequest request, ServerCallContext context)
    {
        var caller = RequireWhole(context);
        var made = await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            if ((await SigningKeyStore.AllAsync(tx)).Exists(row => SigningKeys.IsNext(row, tx.Now) && row.Id != keys.Current.KeyId))
                throw Errors.Precondition("KEY_WAITS", "已有新密钥等待启用，请两分钟后再试。", "A new key is about to sign already; try again in two minutes.");
            return ToMessage(await SigningKeys.MakeAsync(tx, caller));
        });
        await keys.RefreshAsync();
        return made;
    }

    public override async Task<SigningKey> RevokeSigningKey(RevokeSigningKeyRequest request, ServerCallContext context)
    {
        var caller = RequireWhole(context);
        var id = Ids.Of(request.Name, "signingKeys");
        var revoked = await db.WriteAsync(async tx =>
        {
            var row = (await SigningKeyStore.AllAsync(tx)).Find(each => each.Id == id) ?? throw Errors.NotFound(request.Name);
            if (id == keys.Current.KeyId)
                throw Errors.Precondition("KEY_SIGNS", "该密钥正在签名，请先更换密钥，两分钟后再撤销。", "This key signs at the moment: rotate first, and revoke it two minutes later.");
            await SigningKeyStore.DeleteAsync(tx, id);
            await tx.AuditAsync(caller, "signing-key.revoke", request.Name, "/hq/", null, new { request.Reason });
            return ToMessage(row);
        }, context.CancellationToken);
        await keys.RefreshAsync();
        return revoked;
    }

    private static Caller RequireWhole(ServerCallContext context) =>
        context.Caller() is { Scope.IsWhole: true } caller ? caller : throw Errors.Denied("whole");

    private SigningKey ToMessage(SigningKeyRow row) => new()
    {
        Name = $"signingKeys/{row.Id}",
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        State = row.Id == keys.Current.KeyId ? SigningKeyState.Signing : SigningKeys.IsNext(row, db.Clock.GetUtcNow()) ? SigningKeyState.Next : SigningKeyState.Retired,
    };
}
