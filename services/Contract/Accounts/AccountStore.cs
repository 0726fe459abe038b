using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Accounts;

/// <summary>A movement of an account.</summary>
public sealed class EntryRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public DateOnly EntryDate { get; set; }
    public string Kind { get; set; } = "";
    public string Source { get; set; } = "";
    public string? InstalmentId { get; set; }
    public string Description { get; set; } = "";
    public long AmountFen { get; set; }
    public long InvoicedFen { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>An account over a period.</summary>
public sealed class TotalsRow
{
    public long OpeningFen { get; set; }
    public long DueFen { get; set; }
    public long ReceivedFen { get; set; }
    public long WrittenOffFen { get; set; }
    public long AdjustedFen { get; set; }
    public long InvoicedFen { get; set; }
    public long EntryCount { get; set; }

    public long ClosingFen => OpeningFen + DueFen - ReceivedFen - WrittenOffFen + AdjustedFen;
}

/// <summary>The partners' accounts in the database. Everything that is asked of one is answered by its index alone.</summary>
public static class AccountStore
{
    private const string Insert = """
        INSERT INTO account_entries (id, partner_id, entry_date, kind, source, instalment_id, description, amount_fen, invoiced_fen, created_us)
        VALUES (@Id, @PartnerId, @EntryDate, @Kind, @Source, @InstalmentId, @Description, @AmountFen, @InvoicedFen, @CreatedUs)
        """;
    private const string Delete = "DELETE FROM account_entries WHERE id = @Id";
    private const string SelectOfInstalment = "SELECT id AS Id, entry_date AS EntryDate, amount_fen AS AmountFen FROM account_entries WHERE instalment_id = @id ORDER BY id";
    private const string SelectPage = """
        SELECT id AS Id, partner_id AS PartnerId, entry_date AS EntryDate, kind AS Kind, source AS Source, description AS Description, amount_fen AS AmountFen,
            invoiced_fen AS InvoicedFen
        FROM account_entries
        WHERE partner_id = @partnerId AND entry_date >= @from AND entry_date <= @to AND (entry_date > @afterDay OR (entry_date = @afterDay AND id > @afterId))
        ORDER BY entry_date, id LIMIT @n
        """;
    private const string SelectTotals = """
        SELECT COALESCE(SUM(CASE WHEN entry_date < @from THEN amount_fen ELSE 0 END), 0) AS OpeningFen,
            COALESCE(SUM(CASE WHEN entry_date >= @from AND kind IN ('due', 'change') THEN amount_fen ELSE 0 END), 0) AS DueFen,
            COALESCE(SUM(CASE WHEN entry_date >= @from AND kind IN ('receipt', 'receipt-reversal') THEN -amount_fen ELSE 0 END), 0) AS ReceivedFen,
            COALESCE(SUM(CASE WHEN entry_date >= @from AND kind = 'write-off' THEN -amount_fen ELSE 0 END), 0) AS WrittenOffFen,
            COALESCE(SUM(CASE WHEN entry_date >= @from AND kind = 'adjustment' THEN amount_fen ELSE 0 END), 0) AS AdjustedFen,
            COALESCE(SUM(CASE WHEN entry_date >= @from THEN invoiced_fen ELSE 0 END), 0) AS InvoicedFen,
            COALESCE(SUM(CASE WHEN entry_date >= @from THEN 1 ELSE 0 END), 0) AS EntryCount
        FROM account_entries WHERE partner_id = @partnerId AND entry_date <= @to
        """;
    private const string SelectBalance = """
        SELECT COALESCE(SUM(amount_fen), 0) FROM account_entries
        WHERE partner_id = @partnerId AND (entry_date < @day OR (entry_date = @day AND id <= @id))
        """;

    /// <summary>Adds a movement.</summary>
    public static Task AddAsync(Tx tx, string partnerId, AccountEntryKind kind, DateOnly day, string source, string description, long amountFen, long invoicedFen) =>
        AddAsync(tx, partnerId, kind, day, source, null, description, amountFen, invoicedFen);

    /// <summary>Lets the account follow an instalment that was made or changed.</summary>
    public static async Task FollowAsync(Tx tx, InstalmentRow row)
    {
        var entries = (await tx.QueryAsync<EntryRow>(SelectOfInstalment, new { id = row.Id })).Select(entry => new DueEntry(entry.Id, entry.EntryDate, entry.AmountFen)).ToList();
        var following = AccountRules.Follow(entries, row.DueDate, row.Dropped ? 0 : row.AmountFen, ChinaTime.DateOf(tx.Now));
        foreach (var entry in following.Out)
            await tx.ExecuteAsync(Delete, new { entry.Id });
        foreach (var (day, kind, amount) in following.In)
            await AddAsync(tx, row.PartnerId, kind, day, $"instalments/{row.Id}", row.Id, row.Title, amount, 0);
    }

    /// <summary>The movements of a period, by day.</summary>
    public static Task<List<EntryRow>> PageAsync(Session session, string partnerId, DateOnly from, DateOnly to, DayKey after, int n) =>
        session.QueryAsync<EntryRow>(SelectPage, new { partnerId, from = from > after.Day ? from : after.Day, to, afterDay = after.Day, afterId = after.Id, n });

    public static async Task<TotalsRow> TotalsAsync(Session session, string partnerId, DateOnly from, DateOnly to) =>
        await session.FirstOrDefaultAsync<TotalsRow>(SelectTotals, new { partnerId, from, to }) ?? new TotalsRow();

    /// <summary>What is owed after a movement.</summary>
    public static Task<long> BalanceAsync(Session session, string partnerId, DayKey at) =>
        session.ScalarAsync<long>(SelectBalance, new { partnerId, day = at.Day, id = at.Id });

    private static Task AddAsync(Tx tx, string partnerId, AccountEntryKind kind, DateOnly day, string source, string? instalmentId, string description, long amountFen, long invoicedFen) =>
        tx.ExecuteAsync(Insert, new EntryRow
        {
            Id = tx.NewId(),
            PartnerId = partnerId,
            EntryDate = day,
            Kind = Codes.Of(kind),
            Source = source,
            InstalmentId = instalmentId,
            Description = description,
            AmountFen = amountFen,
            InvoicedFen = invoicedFen,
            CreatedUs = tx.NowMicros,
        });
}
