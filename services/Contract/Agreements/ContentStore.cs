using System.Text.Json;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>What an agreement's content was at its versions, so that reviewers see what changed.</summary>
public static class ContentStore
{
    private const string Insert = """
        INSERT INTO agreement_contents (agreement_id, version, submitted, content_json)
        SELECT @id, @version, @submitted, @content WHERE NOT EXISTS (SELECT 1 FROM agreement_contents WHERE agreement_id = @id AND version = @version)
        """;
    private const string SelectAsOf = """
        SELECT content_json FROM agreement_contents WHERE agreement_id = @id AND version <= @version ORDER BY version DESC LIMIT @n
        """;
    private const string SelectVersions = "SELECT version AS Version, submitted AS Submitted FROM agreement_contents WHERE agreement_id = @id ORDER BY version";

    /// <summary>Keeps the content as it is in the row now; what is kept of a version already stays.</summary>
    public static Task KeepAsync(Tx tx, AgreementRow row, bool submitted = false) => tx.ExecuteAsync(Insert, new
    {
        id = row.Id,
        version = row.Version,
        submitted,
        content = JsonSerializer.Serialize(AgreementRules.ContentOf(row), EventJson.Options),
    });

    /// <summary>The content at a version; null when none was kept up to it.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> AsOfAsync(Session session, string id, long version) =>
        await session.FirstOrDefaultAsync<string>(SelectAsOf, new { id, version, n = 1 }) is { } content
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(content, EventJson.Options) : null;

    /// <summary>The versions whose content was kept, oldest first.</summary>
    public static Task<List<KeptVersion>> VersionsAsync(Session session, string id) => session.QueryAsync<KeptVersion>(SelectVersions, new { id });
}

/// <summary>A version whose content was kept.</summary>
public sealed class KeptVersion
{
    public long Version { get; set; }

    /// <summary>As it was sent into review.</summary>
    public bool Submitted { get; set; }
}
