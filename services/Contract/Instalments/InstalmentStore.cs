using Qudao.Contract.Partners;
using Qudao.Platform;

namespace Qudao.Contract.Instalments;

/// <summary>Which instalments; empty means any.</summary>
public sealed record InstalmentFilter(string AgreementId, string PartnerId, string State, DateOnly From, DateOnly To);

/// <summary>
/// Instalments in the database. What requests take of them is taken by one guarded statement each: two who take at once
/// cannot take more than there is.
/// </summary>
public static class InstalmentStore
{
    /// <summary>The columns of instalments i with its partner p.</summary>
    public const string Columns = """
        i.id AS Id, i.version AS Version, i.agreement_id AS AgreementId, i.partner_id AS PartnerId, i.number AS Number, i.due_date AS DueDate,
        i.purpose AS Purpose, i.amount_fen AS AmountFen, i.paid_fen AS PaidFen, i.written_off_fen AS WrittenOffFen, i.open_fen AS OpenFen,
        i.requested_fen AS RequestedFen, i.invoiced_fen AS InvoicedFen, i.invoice_requested_fen AS InvoiceRequestedFen, i.dropped AS Dropped,
        i.write_off_reason AS WriteOffReason, i.alerted_offset AS AlertedOffset, i.next_alert AS NextAlert, i.created_us AS CreatedUs, i.updated_us AS UpdatedUs,
        (SELECT a.number FROM agreements a WHERE a.id = i.agreement_id) AS AgreementNumber,
        (SELECT a.state FROM agreements a WHERE a.id = i.agreement_id) AS AgreementState,
        p.name AS PartnerName, p.organisation_id AS OrganisationId, p.scope_path AS ScopePath, p.assignee_id AS AssigneeId
        """;

    private const string From = "FROM instalments i INNER JOIN partners p ON p.id = i.partner_id";
    private const string Select = $"SELECT {Columns} {From} WHERE i.id = @id AND {PartnerSight.SqlFilter}";
    private const string SelectSome = $"SELECT {Columns} {From} WHERE i.id IN @ids AND {PartnerSight.SqlFilter}";
    private const string SelectOf = $"SELECT {Columns} {From} WHERE i.agreement_id = @agreementId AND i.dropped = 0 ORDER BY i.number";
    private const string Listed = $"""
        i.due_date >= @from AND i.due_date <= @to AND (i.due_date > @afterDay OR (i.due_date = @afterDay AND i.id > @afterId))
          AND (@agreementId = '' OR i.agreement_id = @agreementId) AND (@partnerId = '' OR i.partner_id = @partnerId)
          AND ((@state = '' AND i.dropped = 0)
            OR (@state = 'dropped' AND i.dropped = 1)
            OR (@state = 'paid' AND i.dropped = 0 AND i.open_fen = 0 AND i.written_off_fen = 0)
            OR (@state = 'written-off' AND i.open_fen = 0 AND i.written_off_fen > 0)
            OR (@state = 'partly-paid' AND i.open_fen > 0 AND i.paid_fen > 0)
            OR (@state = 'due' AND i.open_fen > 0 AND i.paid_fen = 0 AND i.due_date <= @today)
            OR (@state = 'planned' AND i.open_fen > 0 AND i.paid_fen = 0 AND i.due_date > @today))
          AND {PartnerSight.SqlFilter}
        ORDER BY i.due_date, i.id LIMIT @n
        """;

    // Three, so that each finds its rows by an index: of an agreement, of a partner, by due date.
    private const string SelectPageOfAgreement = $"SELECT {Columns} {From} WHERE i.agreement_id = @agreementId AND {Listed}";
    private const string SelectPageOfPartner = $"SELECT {Columns} {From} WHERE i.partner_id = @partnerId AND {Listed}";
    private const string SelectPage = $"SELECT {Columns} {From} WHERE {Listed}";
    private const string SelectAlerts = "SELECT id FROM instalments WHERE open_fen > 0 AND next_alert <= @today ORDER BY next_alert LIMIT @n";
    private const string Insert = """
        INSERT INTO instalments (id, version, agreement_id, partner_id, number, due_date, purpose, amount_fen, paid_fen, written_off_fen, open_fen,
            requested_fen, invoiced_fen, invoice_requested_fen, dropped, write_off_reason, alerted_offset, next_alert, created_us, updated_us)
        VALUES (@Id, @Version, @AgreementId, @PartnerId, @Number, @DueDate, @Purpose, @AmountFen, @PaidFen, @WrittenOffFen, @OpenFen,
            @RequestedFen, @InvoicedFen, @InvoiceRequestedFen, @Dropped, @WriteOffReason, @AlertedOffset, @NextAlert, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE instalments SET version = version + 1, agreement_id = @AgreementId, due_date = @DueDate, purpose = @Purpose, amount_fen = @AmountFen,
            written_off_fen = @WrittenOffFen, open_fen = @OpenFen, dropped = @Dropped, write_off_reason = @WriteOffReason,
            alerted_offset = @AlertedOffset, next_alert = @NextAlert, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Request = """
        UPDATE instalments SET version = version + 1, requested_fen = requested_fen + @fen, updated_us = @now
        WHERE id = @id AND (@fen <= 0 OR requested_fen + @fen <= open_fen)
        """;
    private const string Pay = """
        UPDATE instalments SET version = version + 1, paid_fen = paid_fen + @fen, open_fen = open_fen - @fen, updated_us = @now
        WHERE id = @id AND (@fen <= 0 OR open_fen - @fen >= requested_fen)
        """;
    private const string RequestInvoice = """
        UPDATE instalments SET version = version + 1, invoice_requested_fen = invoice_requested_fen + @fen, updated_us = @now
        WHERE id = @id AND (@fen <= 0 OR invoice_requested_fen + @fen + invoiced_fen <= amount_fen - written_off_fen)
        """;
    private const string Invoice = """
        UPDATE instalments SET version = version + 1, invoiced_fen = invoiced_fen + @fen, updated_us = @now
        WHERE id = @id AND (@fen <= 0 OR invoiced_fen + @fen + invoice_requested_fen <= amount_fen - written_off_fen)
        """;

    /// <summary>Null when there is none that the caller may see.</summary>
    public static Task<InstalmentRow?> GetAsync(Session session, string id, PartnerSight sight) =>
        session.FirstOrDefaultAsync<InstalmentRow>(Select, new { id, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee });

    /// <summary>Those that the caller may see, by id.</summary>
    public static async Task<Dictionary<string, InstalmentRow>> GetAsync(Session session, string[] ids, PartnerSight sight) => ids.Length == 0 ? []
        : (await session.QueryAsync<InstalmentRow>(SelectSome, new { ids, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee })).ToDictionary(row => row.Id);

    /// <summary>Those of an agreement by number, without what amendments took out.</summary>
    public static Task<List<InstalmentRow>> OfAsync(Session session, string agreementId) => session.QueryAsync<InstalmentRow>(SelectOf, new { agreementId });

    public static Task<List<InstalmentRow>> ListAsync(Session session, InstalmentFilter filter, DateOnly today, PartnerSight sight, Page page)
    {
        var after = DayKey.After(page);
        var partnerId = filter.PartnerId.Length > 0 ? filter.PartnerId : sight.Own;
        var values = new
        {
            agreementId = filter.AgreementId,
            partnerId,
            state = filter.State,
            from = filter.From > after.Day ? filter.From : after.Day,
            to = filter.To,
            afterDay = after.Day,
            afterId = after.Id,
            today,
            sight.Own,
            sight.ScopeLow,
            sight.ScopeHigh,
            sight.Assignee,
            n = page.Fetch,
        };
        return filter.AgreementId.Length > 0 ? session.QueryAsync<InstalmentRow>(SelectPageOfAgreement, values)
            : partnerId.Length > 0 ? session.QueryAsync<InstalmentRow>(SelectPageOfPartner, values)
            : session.QueryAsync<InstalmentRow>(SelectPage, values);
    }

    /// <summary>Open instalments that the clock is to look at today, at most n.</summary>
    public static Task<List<string>> AlertsAsync(Session session, DateOnly today, int n) => session.QueryAsync<string>(SelectAlerts, new { today, n });

    public static Task InsertAsync(Tx tx, InstalmentRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes what people and the clock change; its version moves on. ABORTED when somebody was faster.</summary>
    public static async Task UpdateAsync(Tx tx, InstalmentRow row)
    {
        row.OpenFen = row.Dropped ? 0 : row.AmountFen - row.PaidFen - row.WrittenOffFen;
        await tx.UpdateAsync(Update, row, $"instalments/{row.Id}");
        row.Version++;
    }

    /// <summary>A receipt request takes so much of it, or gives it back when negative.</summary>
    public static Task RequestAsync(Tx tx, string id, long fen) => TakeAsync(tx, Request, id, fen);

    /// <summary>So much was received of it; negative: was not after all.</summary>
    public static Task PayAsync(Tx tx, string id, long fen) => TakeAsync(tx, Pay, id, fen);

    /// <summary>An invoice request takes so much of it, or gives it back when negative.</summary>
    public static Task RequestInvoiceAsync(Tx tx, string id, long fen) => TakeAsync(tx, RequestInvoice, id, fen);

    /// <summary>So much was invoiced of it; negative: was not after all.</summary>
    public static Task InvoiceAsync(Tx tx, string id, long fen) => TakeAsync(tx, Invoice, id, fen);

    // Whoever is refused here was overtaken: what he saw before was enough.
    private static Task TakeAsync(Tx tx, [System.Diagnostics.CodeAnalysis.ConstantExpected] string statement, string id, long fen) =>
        tx.UpdateAsync(statement, new { id, fen, now = tx.NowMicros }, $"instalments/{id}");
}
