using Qudao.Platform;

namespace Qudao.Contract.Numbers;

/// <summary>A block of numbers 号段, with its numbers counted when it was read.</summary>
public sealed class NumberBlockRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Prefix { get; set; } = "";
    public long FirstNumber { get; set; }
    public long LastNumber { get; set; }
    public long Width { get; set; }
    public string ScopePath { get; set; } = "";
    public long CreatedUs { get; set; }
    public long AvailableCount { get; set; }
    public long IssuedCount { get; set; }
    public long UsedCount { get; set; }
    public long VoidCount { get; set; }
}

/// <summary>A number of the register; AssigneeId is who holds it 领用人.</summary>
public sealed class NumberRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string BlockId { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Number { get; set; } = "";
    public string State { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string HolderName { get; set; } = "";
    public DateOnly? IssueDate { get; set; }
    public string? AgreementId { get; set; }
    public DateOnly? SettleDate { get; set; }
    public string Reason { get; set; } = "";
}

/// <summary>A line of the printed register.</summary>
public sealed class RegisterRow
{
    public string Id { get; set; } = "";
    public string Number { get; set; } = "";
    public string Kind { get; set; } = "";
    public string State { get; set; } = "";
    public string HolderName { get; set; } = "";
    public DateOnly? IssueDate { get; set; }
    public DateOnly? SettleDate { get; set; }
    public string Reason { get; set; } = "";
    public string? Subject { get; set; }
    public string? PartnerName { get; set; }
    public DateOnly? SignedDate { get; set; }
}

/// <summary>The register in the database.</summary>
public static class NumberStore
{
    private const string BlockColumns = """
        id AS Id, organisation_id AS OrganisationId, kind AS Kind, prefix AS Prefix, first_number AS FirstNumber, last_number AS LastNumber,
        width AS Width, scope_path AS ScopePath, created_us AS CreatedUs,
        (SELECT COUNT(*) FROM contract_numbers n WHERE n.block_id = number_blocks.id AND n.state IN ('free', 'returned')) AS AvailableCount,
        (SELECT COUNT(*) FROM contract_numbers n WHERE n.block_id = number_blocks.id AND n.state = 'issued') AS IssuedCount,
        (SELECT COUNT(*) FROM contract_numbers n WHERE n.block_id = number_blocks.id AND n.state = 'used') AS UsedCount,
        (SELECT COUNT(*) FROM contract_numbers n WHERE n.block_id = number_blocks.id AND n.state = 'void') AS VoidCount
        """;
    private const string NumberColumns = """
        id AS Id, version AS Version, block_id AS BlockId, organisation_id AS OrganisationId, kind AS Kind, number AS Number, state AS State,
        scope_path AS ScopePath, assignee_id AS AssigneeId, holder_name AS HolderName, issue_date AS IssueDate, agreement_id AS AgreementId,
        settle_date AS SettleDate, reason AS Reason
        """;
    private const string InsertBlock = """
        INSERT INTO number_blocks (id, version, organisation_id, kind, prefix, first_number, last_number, width, scope_path, assignee_id, created_us)
        VALUES (@Id, 1, @OrganisationId, @Kind, @Prefix, @FirstNumber, @LastNumber, @Width, @ScopePath, NULL, @CreatedUs)
        """;
    private const string InsertNumber = """
        INSERT INTO contract_numbers (id, version, block_id, organisation_id, kind, number, state, scope_path, assignee_id, holder_name, reason)
        VALUES (@Id, 1, @BlockId, @OrganisationId, @Kind, @Number, 'free', @ScopePath, NULL, '', '')
        """;
    private const string SelectBlock = $"SELECT {BlockColumns} FROM number_blocks WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectBlocks = $"""
        SELECT {BlockColumns} FROM number_blocks
        WHERE id > @after AND (@organisationId = '' OR organisation_id = @organisationId) AND (@kind = '' OR kind = @kind) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;
    private const string SelectNumber = $"SELECT {NumberColumns} FROM contract_numbers WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectNumbers = $"""
        SELECT {NumberColumns} FROM contract_numbers
        WHERE id > @after AND (@organisationId = '' OR organisation_id = @organisationId) AND (@kind = '' OR kind = @kind)
          AND (@state = '' OR state = @state) AND (@blockId = '' OR block_id = @blockId) AND (@holderId = '' OR assignee_id = @holderId) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;

    private const string SelectRegister = $"""
        SELECT id AS Id, number AS Number, kind AS Kind, state AS State, holder_name AS HolderName, issue_date AS IssueDate, settle_date AS SettleDate,
            reason AS Reason,
            (SELECT a.subject FROM agreements a WHERE a.id = contract_numbers.agreement_id) AS Subject,
            (SELECT a.partner_name FROM agreements a WHERE a.id = contract_numbers.agreement_id) AS PartnerName,
            (SELECT a.signed_date FROM agreements a WHERE a.id = contract_numbers.agreement_id) AS SignedDate
        FROM contract_numbers
        WHERE id > @after AND (scope_path >= @low AND scope_path < @high) AND (@kind = '' OR kind = @kind) AND (@blockId = '' OR block_id = @blockId)
          AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;

    // Whoever touches the register's blocks first goes first; the others wait for his commit. So numbers are taken in
    // order even where several writers run at once (SQL Server).
    private const string Lock = $"""
        UPDATE number_blocks SET version = version + 1 WHERE organisation_id = @organisationId AND kind = @kind AND {Scope.SqlFilter}
        """;
    private const string TakeIssued = """
        UPDATE contract_numbers SET version = version + 1, state = 'used', agreement_id = @agreementId, settle_date = @day
        WHERE state = 'issued' AND id = (SELECT id FROM contract_numbers
            WHERE organisation_id = @organisationId AND kind = @kind AND assignee_id = @holderId AND state = 'issued' ORDER BY id LIMIT @n)
        """;
    private const string TakeAvailable = """
        UPDATE contract_numbers SET version = version + 1, state = 'used', agreement_id = @agreementId, settle_date = @day
        WHERE state IN ('free', 'returned') AND id = (SELECT id FROM contract_numbers
            WHERE organisation_id = @organisationId AND kind = @kind AND state IN ('free', 'returned') ORDER BY id LIMIT @n)
        """;
    private const string SelectTaken = "SELECT number FROM contract_numbers WHERE agreement_id = @agreementId";
    private const string SelectAvailable = $"""
        SELECT {NumberColumns} FROM contract_numbers
        WHERE organisation_id = @organisationId AND kind = @kind AND state IN ('free', 'returned') ORDER BY id LIMIT @n
        """;
    private const string Update = """
        UPDATE contract_numbers SET version = version + 1, state = @State, assignee_id = @AssigneeId, holder_name = @HolderName,
            issue_date = @IssueDate, settle_date = @SettleDate, reason = @Reason
        WHERE id = @Id AND version = @Version
        """;

    public static async Task InsertBlockAsync(Tx tx, NumberBlockRow block)
    {
        await tx.ExecuteAsync(InsertBlock, block);
        await tx.ExecuteAsync(InsertNumber, Numbers(block));
    }

    public static Task<NumberBlockRow?> GetBlockAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<NumberBlockRow>(SelectBlock, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<NumberBlockRow>> ListBlocksAsync(Session session, string organisationId, string kind, Scope scope, Page page) =>
        session.QueryAsync<NumberBlockRow>(SelectBlocks, new { organisationId, kind, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, after = page.After, n = page.Fetch });

    public static Task<NumberRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<NumberRow>(SelectNumber, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<NumberRow>> ListAsync(Session session, NumberFilter filter, Scope scope, Page page) =>
        session.QueryAsync<NumberRow>(SelectNumbers, new
        {
            organisationId = filter.OrganisationId,
            kind = filter.Kind,
            state = filter.State,
            blockId = filter.BlockId,
            holderId = filter.HolderId,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            after = page.After,
            n = page.Fetch,
        });

    /// <summary>A part of the register of an organisation and all below it, in order, after an id (empty: from the start).</summary>
    public static Task<List<RegisterRow>> RegisterAsync(Session session, Scope below, string kind, string blockId, Scope scope, string after, int n) =>
        session.QueryAsync<RegisterRow>(SelectRegister, new { after, low = below.ScopeLow, high = below.ScopeHigh, kind, blockId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    /// <summary>Holds the register of an organisation for this transaction; false when the organisation has none of the kind within the scope.</summary>
    public static async Task<bool> LockAsync(Tx tx, string organisationId, string kind, Scope scope) =>
        await tx.ExecuteAsync(Lock, new { organisationId, kind, scope.ScopeLow, scope.ScopeHigh, scope.Assignee }) > 0;

    /// <summary>Marks the next number used by the agreement and gives it: the holder's own first, else the next that is free. Null when there is none.</summary>
    public static async Task<string?> TakeAsync(Tx tx, string organisationId, string kind, string holderId, string agreementId, DateOnly day)
    {
        var values = new { organisationId, kind, holderId, agreementId, day, n = 1 };
        if (await tx.ExecuteAsync(TakeIssued, values) == 0 && await tx.ExecuteAsync(TakeAvailable, values) == 0)
            return null;
        return await tx.ScalarAsync<string>(SelectTaken, new { agreementId });
    }

    /// <summary>The next numbers that are free, at most n, in order; the register is held.</summary>
    public static Task<List<NumberRow>> NextAsync(Tx tx, string organisationId, string kind, int n) =>
        tx.QueryAsync<NumberRow>(SelectAvailable, new { organisationId, kind, n });

    /// <summary>Writes a changed number; its version moves on.</summary>
    public static async Task UpdateAsync(Tx tx, NumberRow row)
    {
        await tx.UpdateAsync(Update, row, $"contractNumbers/{row.Id}");
        row.Version++;
    }

    private static IEnumerable<object> Numbers(NumberBlockRow block)
    {
        for (var number = block.FirstNumber; number <= block.LastNumber; number++)
            yield return new
            {
                Id = $"{block.Id}-{number:D9}",
                BlockId = block.Id,
                block.OrganisationId,
                block.Kind,
                Number = NumberRules.Text(block.Prefix, number, block.Width),
                block.ScopePath,
            };
    }
}

/// <summary>Which numbers; empty means any.</summary>
public sealed record NumberFilter(string OrganisationId, string Kind, string State, string BlockId, string HolderId);
