using Google.Protobuf;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Policies;

public sealed class PolicyRow
{
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";

    /// <summary>The NetworkPolicy.</summary>
    public byte[] Body { get; set; } = [];
    public long Version { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>The organisations' own policies.</summary>
public static class PolicyStore
{
    private const string Columns = "organisation_id AS OrganisationId, scope_path AS ScopePath, body AS Body, version AS Version, updated_us AS UpdatedUs";
    private const string SelectOne = $"SELECT {Columns} FROM network_policies WHERE organisation_id = @organisationId";

    // The longest path that the other begins with is the nearest above.
    private const string SelectNearest = $"SELECT {Columns} FROM network_policies WHERE scope_path IN @paths ORDER BY scope_path DESC LIMIT @n";
    private const string Insert = """
        INSERT INTO network_policies (organisation_id, scope_path, body, version, updated_us) VALUES (@OrganisationId, @ScopePath, @Body, 1, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE network_policies SET body = @Body, version = version + 1, updated_us = @UpdatedUs WHERE organisation_id = @OrganisationId AND version = @Version
        """;

    public static Task<PolicyRow?> GetAsync(Session s, string organisationId) => s.FirstOrDefaultAsync<PolicyRow>(SelectOne, new { organisationId });

    /// <summary>The nearest policy from this path upwards; null when nobody there has one.</summary>
    public static Task<PolicyRow?> NearestAsync(Session s, string scopePath)
    {
        var paths = Enumerable.Range(0, scopePath.Length).Where(i => scopePath[i] == '/').Select(i => scopePath[..(i + 1)]);
        return s.FirstOrDefaultAsync<PolicyRow>(SelectNearest, new { paths, n = 1 });
    }

    /// <summary>What holds for what is at this path.</summary>
    public static async Task<NetworkPolicy> EffectiveAsync(Session s, string scopePath) =>
        await NearestAsync(s, scopePath) is { } row ? NetworkPolicy.Parser.ParseFrom(row.Body) : PolicyRules.Default;

    /// <summary>Writes the policy: a new one when the row's version is 0.</summary>
    public static async Task SaveAsync(Tx tx, PolicyRow row, NetworkPolicy policy)
    {
        row.Body = policy.ToByteArray();
        row.UpdatedUs = tx.NowMicros;
        if (row.Version == 0)
            await tx.ExecuteAsync(Insert, row);
        else
            await tx.UpdateAsync(Update, row, $"networkPolicies/{row.OrganisationId}");
        row.Version++;
    }
}
