using Qudao.Contract.Partners;
using Qudao.Platform;

namespace Qudao.Contract.Payments;

/// <summary>Which requests; empty means any.</summary>
public sealed record PaymentFilter(string Kind, string State, string PartnerId);

/// <summary>Receipt and invoice requests in the database.</summary>
public static class PaymentStore
{
    private const string Columns = """
        r.id AS Id, r.version AS Version, r.kind AS Kind, r.state AS State, r.partner_id AS PartnerId, r.lines_json AS LinesJson, r.amount_fen AS AmountFen,
        r.note AS Note, r.since_us AS SinceUs, r.steps_json AS StepsJson, r.settled_fen AS SettledFen, r.settled_date AS SettledDate,
        r.allocations_json AS AllocationsJson, r.document_number AS DocumentNumber, r.signer_name AS SignerName, r.signed_date AS SignedDate,
        r.attachment AS Attachment, r.drafter_id AS DrafterId, r.drafter_name AS DrafterName, r.created_us AS CreatedUs, r.updated_us AS UpdatedUs,
        p.name AS PartnerName, p.organisation_id AS OrganisationId, p.scope_path AS ScopePath, p.assignee_id AS AssigneeId
        """;

    // People outside see what finance has confirmed.
    private const string Seen = $"(@Own = '' OR r.state IN ('awaiting-signature', 'closed')) AND {PartnerSight.SqlFilter}";
    private const string From = "FROM payment_requests r INNER JOIN partners p ON p.id = r.partner_id";
    private const string After = $"r.id > @after AND (@kind = '' OR r.kind = @kind) AND (@state = '' OR r.state = @state) AND {Seen} ORDER BY r.id LIMIT @n";
    private const string Select = $"SELECT {Columns} {From} WHERE r.id = @id AND {Seen}";
    private const string SelectPage = $"SELECT {Columns} {From} WHERE {After}";
    // A condition of its own, so that it is found by its index.
    private const string SelectPageOfPartner = $"SELECT {Columns} {From} WHERE r.partner_id = @partnerId AND {After}";
    private const string Insert = """
        INSERT INTO payment_requests (id, version, kind, state, partner_id, lines_json, amount_fen, note, since_us, steps_json, settled_fen, settled_date,
            allocations_json, document_number, signer_name, signed_date, attachment, drafter_id, drafter_name, created_us, updated_us)
        VALUES (@Id, @Version, @Kind, @State, @PartnerId, @LinesJson, @AmountFen, @Note, @SinceUs, @StepsJson, @SettledFen, @SettledDate,
            @AllocationsJson, @DocumentNumber, @SignerName, @SignedDate, @Attachment, @DrafterId, @DrafterName, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE payment_requests SET version = version + 1, state = @State, partner_id = @PartnerId, lines_json = @LinesJson, amount_fen = @AmountFen,
            note = @Note, since_us = @SinceUs, steps_json = @StepsJson, settled_fen = @SettledFen, settled_date = @SettledDate,
            allocations_json = @AllocationsJson, document_number = @DocumentNumber, signer_name = @SignerName, signed_date = @SignedDate,
            attachment = @Attachment, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;

    /// <summary>Null when there is none that the caller may see.</summary>
    public static Task<PaymentRow?> GetAsync(Session session, string id, PartnerSight sight) =>
        session.FirstOrDefaultAsync<PaymentRow>(Select, new { id, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee });

    public static Task<List<PaymentRow>> ListAsync(Session session, PaymentFilter filter, PartnerSight sight, Page page)
    {
        var values = new
        {
            after = page.After,
            kind = filter.Kind,
            state = filter.State,
            partnerId = filter.PartnerId,
            sight.Own,
            sight.ScopeLow,
            sight.ScopeHigh,
            sight.Assignee,
            n = page.Fetch,
        };
        return filter.PartnerId.Length == 0 ? session.QueryAsync<PaymentRow>(SelectPage, values) : session.QueryAsync<PaymentRow>(SelectPageOfPartner, values);
    }

    public static Task InsertAsync(Tx tx, PaymentRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes a changed request; its version moves on. ABORTED when somebody was faster.</summary>
    public static async Task UpdateAsync(Tx tx, PaymentRow row)
    {
        await tx.UpdateAsync(Update, row, $"paymentRequests/{row.Id}");
        row.Version++;
    }
}
