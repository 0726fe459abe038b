using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Qudao.Platform;

namespace Qudao.Gateway.Keys;

/// <summary>
/// The gateway's key pairs, kept in its database so that a restart, or a second gateway, signs with the same. A key that is
/// older than 30 days gets a successor, which is published two minutes before it signs: by then every gateway shows it, and
/// no service meets a token whose key it cannot find. The old one stays published until it is 60 days old.
/// </summary>
public sealed class SigningKeys(Db db, TokenVerifier verifier, ILogger<SigningKeys> logger) : BackgroundService
{
    /// <summary>Where they are published.</summary>
    public const string Path = "/.well-known/jwks.json";

    private static readonly TimeSpan Age = TimeSpan.FromDays(30);
    private static readonly TimeSpan PublishedFirst = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private List<Pair> keys = [];

    /// <summary>What signs at this moment: the newest that has been published long enough, or the only one.</summary>
    public ECDsaSecurityKey Current
    {
        get
        {
            var now = keys;
            var published = (db.Clock.GetUtcNow() - PublishedFirst).Micros();
            return (now.FindLast(pair => pair.CreatedUs <= published) ?? now[0]).Key;
        }
    }

    /// <summary>Whether what this key signed is still good.</summary>
    public bool Knows(string keyId) => keys.Exists(pair => pair.Key.KeyId == keyId);

    /// <summary>Whether a key is too young to sign.</summary>
    public static bool IsNext(SigningKeyRow row, DateTimeOffset now) => row.CreatedUs > (now - PublishedFirst).Micros();

    /// <summary>Every key whose tokens are still good.</summary>
    public IReadOnlyList<SecurityKey> All => keys.ConvertAll<SecurityKey>(pair => pair.Key);

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517).</summary>
    public object Published => new { keys = keys.Select(pair => Publish(pair.Key)).ToList() };

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync();
            }
            catch (Exception e)
            {
                logger.LogError(e, "The signing keys could not be read; those known go on signing");
            }
        }
    }

    /// <summary>Reads the keys again; one that is too old gets a successor.</summary>
    public async Task RefreshAsync()
    {
        var rows = await db.ReadAsync(SigningKeyStore.AllAsync);
        if (IsDue(rows, db.Clock.GetUtcNow()))
            rows = await db.WriteAsync(SucceedAsync);
        if (rows.Select(row => row.Id).SequenceEqual(keys.Select(pair => pair.Key.KeyId)))
            return;
        // Those that are known stay: somebody may be signing with one just now.
        keys = rows.ConvertAll(row => keys.Find(pair => pair.Key.KeyId == row.Id) ?? new Pair(Load(row), row.CreatedUs));
        // The gateway's own rpcs verify the same token as the services'.
        verifier.Trust(All);
    }

    private static bool IsDue(List<SigningKeyRow> rows, DateTimeOffset now) => rows.Count == 0 || rows[^1].CreatedUs < (now - Age).Micros();

    private static async Task<List<SigningKeyRow>> SucceedAsync(Tx tx)
    {
        await SigningKeyStore.DeleteOldAsync(tx, (tx.Now - 2 * Age).Micros());
        var kept = await SigningKeyStore.AllAsync(tx);
        if (!IsDue(kept, tx.Now))
            return kept;
        kept.Add(await MakeAsync(tx, Caller.System));
        return kept;
    }

    /// <summary>A new key, which will sign when it has been published for two minutes.</summary>
    public static async Task<SigningKeyRow> MakeAsync(Tx tx, Caller caller)
    {
        var row = Make(tx);
        await SigningKeyStore.InsertAsync(tx, row);
        await tx.AuditAsync(caller, "signing-key.create", $"signingKeys/{row.Id}", "/hq/", null, new { });
        return row;
    }

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

    private sealed record Pair(ECDsaSecurityKey Key, long CreatedUs);
}
