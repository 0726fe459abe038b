using Qudao.Platform;

namespace Qudao.Dealer.Duplicates;

/// <summary>How many rows of a kind belong to a partner.</summary>
public sealed class OwnedRows
{
    public string Kind { get; set; } = "";
    public long Total { get; set; }
}

/// <summary>Where the rows of a merged partner go.</summary>
public sealed record MergeTarget(string Source, string Id, string ScopePath, string? AssigneeId);

/// <summary>Moves what belongs to a merged partner; each statement may run again and again.</summary>
public static class MergeStore
{
    private const string CountOwned = """
        SELECT 'visits' AS Kind, COUNT(*) AS Total FROM visits WHERE partner_id = @id
        UNION ALL SELECT 'visit_reminders', COUNT(*) FROM visit_reminders WHERE partner_id = @id
        UNION ALL SELECT 'surveys', COUNT(*) FROM surveys WHERE partner_id = @id
        UNION ALL SELECT 'contacts', COUNT(*) FROM contacts WHERE partner_id = @id
        UNION ALL SELECT 'client_records', COUNT(*) FROM client_records WHERE partner_id = @id
        UNION ALL SELECT 'credit_gradings', COUNT(*) FROM credit_gradings WHERE partner_id = @id
        UNION ALL SELECT 'shippings', COUNT(*) FROM shippings WHERE partner_id = @id
        UNION ALL SELECT 'territories', COUNT(*) FROM territories WHERE partner_id = @id
        UNION ALL SELECT 'diversions', COUNT(*) FROM diversion_parties WHERE partner_id = @id
        UNION ALL SELECT 'staff', COUNT(*) FROM staff WHERE partner_id = @id
        UNION ALL SELECT 'partners', COUNT(*) FROM partners WHERE parent_id = @id AND merged_into IS NULL
        """;
    private const string CountLiveCities = "SELECT COUNT(*) FROM territories WHERE partner_id = @id AND live = 1";

    private const string MoveVisits = "UPDATE visits SET partner_id = @Id, scope_path = @ScopePath WHERE partner_id = @Source";
    private const string MoveReminders = """
        UPDATE visit_reminders SET partner_id = @Id, scope_path = @ScopePath, assignee_id = CASE WHEN state = 'open' THEN @AssigneeId ELSE assignee_id END
        WHERE partner_id = @Source
        """;
    // One survey for each month: where both have one, the survivor's stands and the other stays with the merged partner.
    private const string MoveSurveys = """
        UPDATE surveys SET partner_id = @Id, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE partner_id = @Source AND survey_month NOT IN (SELECT survey_month FROM surveys WHERE partner_id = @Id)
        """;
    private const string MoveSurveyMarks = "UPDATE survey_marks SET partner_id = @Id WHERE partner_id = @Source";
    private const string DemoteContacts = """
        UPDATE contacts SET is_primary = 0
        WHERE partner_id = @Source AND is_primary = 1 AND EXISTS (SELECT 1 FROM contacts WHERE partner_id = @Id AND is_primary = 1)
        """;
    private const string MoveContacts = "UPDATE contacts SET partner_id = @Id WHERE partner_id = @Source";
    private const string MoveRecords = "UPDATE client_records SET partner_id = @Id WHERE partner_id = @Source";
    private const string MoveGradings = "UPDATE credit_gradings SET partner_id = @Id WHERE partner_id = @Source";
    private const string MoveShipping = "UPDATE shippings SET partner_id = @Id WHERE partner_id = @Source AND NOT EXISTS (SELECT 1 FROM shippings WHERE partner_id = @Id)";
    private const string MoveTerritories = "UPDATE territories SET partner_id = @Id, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @Source";
    private const string MoveHolders = "UPDATE territory_conflicts SET holder_id = @Id WHERE holder_id = @Source";
    private const string MoveClaimants = "UPDATE territory_conflicts SET claimant_id = @Id WHERE claimant_id = @Source";
    private const string MoveParties = "UPDATE diversion_parties SET partner_id = @Id, scope_path = @ScopePath, assignee_id = @AssigneeId WHERE partner_id = @Source";
    private const string MoveStaff = "UPDATE staff SET partner_id = @Id WHERE partner_id = @Source";
    private const string SelectChildren = "SELECT id FROM partners WHERE parent_id = @id AND merged_into IS NULL";

    public static Task<List<OwnedRows>> CountAsync(Session s, string id) => s.QueryAsync<OwnedRows>(CountOwned, new { id });

    public static async Task<bool> HoldsCityAsync(Session s, string id) => await s.ScalarAsync<long>(CountLiveCities, new { id }) > 0;

    public static Task<List<string>> ChildrenAsync(Session s, string id) => s.QueryAsync<string>(SelectChildren, new { id });

    /// <summary>Everything but people and children, which others are told of one by one.</summary>
    public static async Task MoveAsync(Tx tx, MergeTarget to)
    {
        await tx.ExecuteAsync(MoveVisits, to);
        await tx.ExecuteAsync(MoveReminders, to);
        await tx.ExecuteAsync(MoveSurveys, to);
        await tx.ExecuteAsync(MoveSurveyMarks, to);
        await tx.ExecuteAsync(DemoteContacts, to);
        await tx.ExecuteAsync(MoveContacts, to);
        await tx.ExecuteAsync(MoveRecords, to);
        await tx.ExecuteAsync(MoveGradings, to);
        await tx.ExecuteAsync(MoveShipping, to);
        await tx.ExecuteAsync(MoveTerritories, to);
        await tx.ExecuteAsync(MoveHolders, to);
        await tx.ExecuteAsync(MoveClaimants, to);
        await tx.ExecuteAsync(MoveParties, to);
    }

    /// <returns>How many people moved.</returns>
    public static Task<int> MoveStaffAsync(Tx tx, MergeTarget to) => tx.ExecuteAsync(MoveStaff, to);
}
