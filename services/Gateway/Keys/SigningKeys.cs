using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Qudao.Platform;

namespace Qudao.Gateway.Keys;

/// <summary>
/// The gateway's key pairs, kept in its database so that a restart, or a second gateway, signs with the same. A start
/// replaces a key that is older than 30 days; the old one stays published for another 30.
/// </summary>
public sealed class SigningKeys(Db db, TokenVerifier verifier) : IHostedService
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    private List<ECDsaSecurityKey> keys = [];

    /// <summary>The newest; it signs.</summary>
    public ECDsaSecurityKey Current => keys[^1];

    /// <summary>Every key whose tokens are still good.</summary>
    public IReadOnlyList<SecurityKey> All => keys;

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517).</summary>
    public object Published => new { keys = keys.Select(Publish).ToList() };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var rows = await db.WriteAsync(async tx =>
        {
            await SigningKeyStore.DeleteOldAsync(tx, (tx.Now - 2 * Age).Micros());
            var kept = await SigningKeyStore.AllAsync(tx);
            if (kept.Count == 0 || kept[^1].CreatedUs < (tx.Now - Age).Micros())
            {
                kept.Add(Make(tx));
                await SigningKeyStore.InsertAsync(tx, kept[^1]);
            }
            return kept;
        }, cancellationToken);
        keys = rows.ConvertAll(Load);
        // The gateway's own rpcs verify the same token as the services'.
        verifier.Trust(keys);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static SigningKeyRow Make(Tx tx)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKeyRow { Id = tx.NewId(), PrivateKey = pair.ExportPkcs8PrivateKey(), CreatedUs = tx.NowMicros };
    }

    private static ECDsaSecurityKey Load(SigningKeyRow row)
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(row.PrivateKey, out _);
        return new ECDsaSecurityKey(pair) { KeyId = row.Id };
    }

    private static object Publish(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            kty = "EC",
            crv = "P-256",
            use = "sig",
            alg = "ES256",
            kid = key.KeyId,
            x = Base64UrlEncoder.Encode(point.X),
            y = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
