using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.BulkActions;

public sealed class BulkItemRow
{
    public string OperationId { get; set; } = "";
    public string PartnerId { get; set; } = "";

    /// <summary>What this partner's action is about, where that differs from partner to partner: a handover's successor.</summary>
    public string Target { get; set; } = "";

    /// <summary>"pending", "done", "unchanged" or "refused".</summary>
    public string State { get; set; } = BulkStore.Pending;
    public string PartnerName { get; set; } = "";
    public string Reason { get; set; } = "";
    public string MessageZh { get; set; } = "";
    public string MessageEn { get; set; } = "";
}

public sealed class BulkCount
{
    public string State { get; set; } = "";
    public long Number { get; set; }
}

/// <summary>The partners of each action on many, and what came of them.</summary>
public static class BulkStore
{
    public const string Pending = "pending";
    public const string Done = "done";
    public const string Unchanged = "unchanged";
    public const string Refused = "refused";

    private const string Columns = """
        operation_id AS OperationId, partner_id AS PartnerId, target AS Target, state AS State, partner_name AS PartnerName, reason AS Reason,
        message_zh AS MessageZh, message_en AS MessageEn
        """;
    private const string Insert = """
        INSERT INTO bulk_items (operation_id, partner_id, target, state, partner_name, reason, message_zh, message_en)
        VALUES (@OperationId, @PartnerId, @Target, @State, @PartnerName, @Reason, @MessageZh, @MessageEn)
        """;
    private const string InsertFound = $"""
        INSERT INTO bulk_items (operation_id, partner_id, target, state, partner_name, reason, message_zh, message_en)
        SELECT @operationId, id, '', 'pending', '', '', '', '' FROM partners
        WHERE merged_into IS NULL AND (@stage = '' OR stage = @stage) AND (@cityCode = '' OR city_code = @cityCode) AND (@kind = '' OR kind = @kind)
          AND (@like = '' OR name LIKE @like ESCAPE '\') AND (@organisationId = '' OR organisation_id = @organisationId)
          AND (@assigneeId = '' OR assignee_id = @assigneeId) AND {Scope.SqlFilter}
        """;

    // Agents first: a shop that is on the list beside its agent goes with it.
    private const string SelectPending = """
        SELECT i.partner_id AS PartnerId, i.operation_id AS OperationId, i.target AS Target, i.state AS State
        FROM bulk_items i LEFT JOIN partners p ON p.id = i.partner_id
        WHERE i.operation_id = @operationId AND i.state = 'pending'
        ORDER BY CASE WHEN p.kind = 'city-agent' THEN 0 ELSE 1 END, i.partner_id LIMIT @n
        """;
    private const string Update = """
        UPDATE bulk_items SET state = @State, partner_name = @PartnerName, reason = @Reason, message_zh = @MessageZh, message_en = @MessageEn
        WHERE operation_id = @OperationId AND partner_id = @PartnerId
        """;
    private const string SelectCounts = "SELECT state AS State, COUNT(*) AS Number FROM bulk_items WHERE operation_id = @operationId GROUP BY state";
    private const string SelectPage = $"""
        SELECT {Columns} FROM bulk_items
        WHERE operation_id = @operationId AND partner_id > @after AND (@state = '' OR state = @state) ORDER BY partner_id LIMIT @n
        """;
    private const string SelectOrganisations = """
        SELECT DISTINCT p.organisation_id FROM bulk_items i INNER JOIN partners p ON p.id = i.partner_id WHERE i.operation_id = @operationId AND i.state = 'done'
        """;
    private const string CountOwned = "SELECT COUNT(*) FROM operations WHERE id = @operationId AND owner = @owner";

    public static Task InsertAsync(Tx tx, BulkItemRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>The partners named, or all that the filter finds in scope; gives how many there are.</summary>
    public static async Task<long> InsertAsync(Tx tx, string operationId, IEnumerable<string> partners, BulkFilter? filter, Scope scope)
    {
        if (filter is not null)
            await InsertFoundAsync(tx, operationId, filter, scope);
        else
            foreach (var partner in partners.Distinct())
                await InsertAsync(tx, new BulkItemRow { OperationId = operationId, PartnerId = Ids.Of(partner, "partners") });
        return (await CountAsync(tx, operationId)).Total;
    }

    private static Task InsertFoundAsync(Tx tx, string operationId, BulkFilter filter, Scope scope) => tx.ExecuteAsync(InsertFound, new
    {
        operationId,
        stage = EnumText.Filter(filter.Stage),
        cityCode = filter.CityCode,
        kind = EnumText.Filter(filter.Kind),
        like = Partners.PartnerStore.Like(filter.Query),
        organisationId = Ids.Of(filter.Organisation, "organisations"),
        assigneeId = Ids.Of(filter.Assignee, "staff"),
        scope.ScopeLow,
        scope.ScopeHigh,
        scope.Assignee,
    });

    public static Task<List<BulkItemRow>> PendingAsync(Session s, string operationId, int n) => s.QueryAsync<BulkItemRow>(SelectPending, new { operationId, n });

    public static Task UpdateAsync(Tx tx, BulkItemRow row) => tx.ExecuteAsync(Update, row);

    public static async Task<BulkActionResult> CountAsync(Session s, string operationId)
    {
        var counts = (await s.QueryAsync<BulkCount>(SelectCounts, new { operationId })).ToDictionary(count => count.State, count => count.Number);
        return new BulkActionResult
        {
            Total = counts.Values.Sum(),
            Done = counts.GetValueOrDefault(Done),
            Unchanged = counts.GetValueOrDefault(Unchanged),
            Refused = counts.GetValueOrDefault(Refused),
        };
    }

    public static Task<List<BulkItemRow>> ListAsync(Session s, string operationId, string state, string after, int n) =>
        s.QueryAsync<BulkItemRow>(SelectPage, new { operationId, state, after, n });

    /// <summary>The organisations of the partners that were acted on.</summary>
    public static Task<List<string>> OrganisationsAsync(Session s, string operationId) => s.QueryAsync<string>(SelectOrganisations, new { operationId });

    public static async Task<bool> OwnsAsync(Session s, string operationId, string owner) => await s.ScalarAsync<long>(CountOwned, new { operationId, owner }) == 1;
}
