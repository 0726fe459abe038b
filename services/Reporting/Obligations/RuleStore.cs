using Qudao.Platform;

namespace Qudao.Reporting.Obligations;

/// <summary>A rule: what is owed, by whom, when, to whom. Lists of roles are separated by commas.</summary>
public sealed class RuleRow
{
    public string Code { get; set; } = "";
    public string NameZh { get; set; } = "";
    public string NameEn { get; set; } = "";

    /// <summary>Each person with one of the roles owes it; otherwise each centre.</summary>
    public bool Personal { get; set; }

    public string Roles { get; set; } = "";

    /// <summary>One of Recurrences.</summary>
    public string Recurrence { get; set; } = "";

    /// <summary>How many periods after its own the due day lies.</summary>
    public long DueOffset { get; set; }

    /// <summary>Which month of a quarter, half-year or year, from 1.</summary>
    public long DueMonth { get; set; }

    /// <summary>Day of the month (31 its last) or week (1 Monday); working days after an agreement.</summary>
    public long DueDay { get; set; }

    /// <summary>"none", "next", "previous" or "skip".</summary>
    public string Shift { get; set; } = "";

    public long GraceDays { get; set; }
    public long DueSoonDays { get; set; }
    public string Receivers { get; set; } = "";

    /// <summary>One of Fulfilments.</summary>
    public string Fulfilment { get; set; } = "";

    public bool Active { get; set; }
    public long Version { get; set; }
}

/// <summary>The rules, which the first migration lays down for every duty of the manuals.</summary>
public static class RuleStore
{
    private const string Columns = """
        code AS Code, name_zh AS NameZh, name_en AS NameEn, personal AS Personal, roles AS Roles, recurrence AS Recurrence, due_offset AS DueOffset,
        due_month AS DueMonth, due_day AS DueDay, shift AS Shift, grace_days AS GraceDays, due_soon_days AS DueSoonDays, receivers AS Receivers,
        fulfilment AS Fulfilment, active AS Active, version AS Version
        """;
    private const string SelectAll = $"SELECT {Columns} FROM obligation_rules ORDER BY code";
    private const string SelectOne = $"SELECT {Columns} FROM obligation_rules WHERE code = @code";
    private const string SelectPage = $"SELECT {Columns} FROM obligation_rules WHERE code > @after ORDER BY code LIMIT @n";
    private const string SelectFulfilled = "SELECT code FROM obligation_rules WHERE fulfilment = @fulfilment ORDER BY code";
    private const string Update = """
        UPDATE obligation_rules SET name_zh = @NameZh, name_en = @NameEn, roles = @Roles, due_offset = @DueOffset, due_month = @DueMonth, due_day = @DueDay,
               shift = @Shift, grace_days = @GraceDays, due_soon_days = @DueSoonDays, receivers = @Receivers, active = @Active, version = version + 1
        WHERE code = @Code AND version = @Version
        """;

    private const string Insert = """
        INSERT INTO obligation_rules (code, name_zh, name_en, personal, roles, recurrence, due_offset, due_month, due_day, shift, grace_days, due_soon_days,
                                      receivers, fulfilment, active, version)
        VALUES (@Code, @NameZh, @NameEn, @Personal, @Roles, @Recurrence, @DueOffset, @DueMonth, @DueDay, @Shift, @GraceDays, @DueSoonDays,
                @Receivers, @Fulfilment, @Active, @Version)
        """;

    public static Task InsertAsync(Tx tx, RuleRow row) => tx.ExecuteAsync(Insert, row);

    public static Task<List<RuleRow>> AllAsync(Session session) => session.QueryAsync<RuleRow>(SelectAll);

    public static Task<RuleRow?> GetAsync(Session session, string code) => session.FirstOrDefaultAsync<RuleRow>(SelectOne, new { code });

    public static Task<List<RuleRow>> ListAsync(Session session, string after, int n) => session.QueryAsync<RuleRow>(SelectPage, new { after, n });

    /// <summary>Codes of the duties that an event fulfils.</summary>
    public static Task<List<string>> FulfilledByAsync(Session session, string fulfilment) => session.QueryAsync<string>(SelectFulfilled, new { fulfilment });

    public static Task UpdateAsync(Tx tx, RuleRow row, string name) => tx.UpdateAsync(Update, row, name);
}
