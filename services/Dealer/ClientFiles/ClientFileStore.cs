using System.Data.Common;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

public sealed class ContactRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string Name { get; set; } = "";
    public string Title { get; set; } = "";
    public string Phone { get; set; } = "";
    public DateOnly? Birthday { get; set; }
    public bool IsPrimary { get; set; }

    /// <summary>When the person agreed that we keep the data; null without consent.</summary>
    public long? ConsentUs { get; set; }
    public string Remark { get; set; } = "";
    public long Version { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

public sealed class RecordRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";

    /// <summary>"purchase", "communication" or "feedback".</summary>
    public string Kind { get; set; } = "";
    public DateOnly OccurDate { get; set; }
    public string Content { get; set; } = "";
    public string Product { get; set; } = "";
    public long Quantity { get; set; }
    public long AmountFen { get; set; }
    public string Contact { get; set; } = "";
    public long Satisfaction { get; set; }
    public string Corrects { get; set; } = "";
    public string CorrectedBy { get; set; } = "";
    public string AuthorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

public sealed class GradingRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";

    /// <summary>"a" to "d".</summary>
    public string Grade { get; set; } = "";
    public string Reason { get; set; } = "";
    public string AuthorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

public sealed class ShippingRow
{
    public string PartnerId { get; set; } = "";
    public string Address { get; set; } = "";
    public string Receiver { get; set; } = "";
    public string Phone { get; set; } = "";
    public long UpdatedUs { get; set; }
}

/// <summary>The client file 客户档案. Its rows carry no scope: who may see a file is asked of its partner.</summary>
public static class ClientFileStore
{
    private const string ContactColumns = """
        id AS Id, partner_id AS PartnerId, name AS Name, title AS Title, phone AS Phone, birthday AS Birthday, is_primary AS IsPrimary,
        consent_us AS ConsentUs, remark AS Remark, version AS Version, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectContact = $"SELECT {ContactColumns} FROM contacts WHERE id = @id";
    private const string SelectContacts = $"""
        SELECT {ContactColumns} FROM contacts
        WHERE partner_id = @partnerId AND (is_primary < @afterPrimary OR (is_primary = @afterPrimary AND id > @afterId))
        ORDER BY is_primary DESC, id LIMIT @n
        """;
    private const string SelectPrimary = $"SELECT {ContactColumns} FROM contacts WHERE partner_id = @partnerId AND is_primary = 1";
    private const string CountContacts = "SELECT COUNT(*) FROM contacts WHERE partner_id = @partnerId";
    private const string InsertContact = """
        INSERT INTO contacts (id, partner_id, name, title, phone, birthday, is_primary, consent_us, remark, version, created_us, updated_us)
        VALUES (@Id, @PartnerId, @Name, @Title, @Phone, @Birthday, @IsPrimary, @ConsentUs, @Remark, @Version, @CreatedUs, @UpdatedUs)
        """;
    private const string UpdateContact = """
        UPDATE contacts
        SET name = @Name, title = @Title, phone = @Phone, birthday = @Birthday, is_primary = @IsPrimary, consent_us = @ConsentUs, remark = @Remark,
            version = version + 1, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string DeleteContact = "DELETE FROM contacts WHERE id = @Id AND version = @Version";
    private const string Demote = "UPDATE contacts SET is_primary = 0, version = version + 1, updated_us = @now WHERE partner_id = @partnerId AND is_primary = 1 AND id <> @id";

    private const string RecordColumns = """
        id AS Id, partner_id AS PartnerId, kind AS Kind, occur_date AS OccurDate, content AS Content, product AS Product, quantity AS Quantity,
        amount_fen AS AmountFen, contact AS Contact, satisfaction AS Satisfaction, corrects AS Corrects, corrected_by AS CorrectedBy,
        author_name AS AuthorName, created_us AS CreatedUs
        """;
    private const string SelectRecord = $"SELECT {RecordColumns} FROM client_records WHERE id = @id";
    private const string SelectRecords = $"""
        SELECT {RecordColumns} FROM client_records
        WHERE partner_id = @partnerId AND (@kind = '' OR kind = @kind) AND (occur_date < @beforeDate OR (occur_date = @beforeDate AND id < @beforeId))
        ORDER BY occur_date DESC, id DESC LIMIT @n
        """;
    private const string CountRecords = "SELECT COUNT(*) FROM client_records WHERE partner_id = @partnerId AND kind = @kind";
    private const string InsertRecord = """
        INSERT INTO client_records (id, partner_id, kind, occur_date, content, product, quantity, amount_fen, contact, satisfaction, corrects, corrected_by, author_name, created_us)
        VALUES (@Id, @PartnerId, @Kind, @OccurDate, @Content, @Product, @Quantity, @AmountFen, @Contact, @Satisfaction, @Corrects, @CorrectedBy, @AuthorName, @CreatedUs)
        """;
    private const string MarkCorrected = "UPDATE client_records SET corrected_by = @by WHERE id = @id AND corrected_by = ''";

    private const string GradingColumns = "id AS Id, partner_id AS PartnerId, grade AS Grade, reason AS Reason, author_name AS AuthorName, created_us AS CreatedUs";
    private const string SelectGradings = $"SELECT {GradingColumns} FROM credit_gradings WHERE partner_id = @partnerId AND id < @beforeId ORDER BY id DESC LIMIT @n";
    private const string InsertGrading = """
        INSERT INTO credit_gradings (id, partner_id, grade, reason, author_name, created_us) VALUES (@Id, @PartnerId, @Grade, @Reason, @AuthorName, @CreatedUs)
        """;

    private const string SelectShipping = """
        SELECT partner_id AS PartnerId, address AS Address, receiver AS Receiver, phone AS Phone, updated_us AS UpdatedUs FROM shippings WHERE partner_id = @partnerId
        """;
    private const string UpdateShipping = "UPDATE shippings SET address = @Address, receiver = @Receiver, phone = @Phone, updated_us = @UpdatedUs WHERE partner_id = @PartnerId";
    private const string InsertShipping = """
        INSERT INTO shippings (partner_id, address, receiver, phone, updated_us) VALUES (@PartnerId, @Address, @Receiver, @Phone, @UpdatedUs)
        """;

    private const string SelectLatestVisit = "SELECT id FROM visits WHERE partner_id = @partnerId ORDER BY planned_date DESC, id DESC LIMIT @n";
    private const string CountVisits = "SELECT COUNT(*) FROM visits WHERE partner_id = @partnerId";

    // After every id and date there is; before none.
    private const string End = "~";
    private const string LastDay = "9999-12-31";

    public static Task<ContactRow?> ContactAsync(Session s, string id) => s.FirstOrDefaultAsync<ContactRow>(SelectContact, new { id });

    /// <param name="after">Key of the last contact of the page before, see ContactKey; null for the first page.</param>
    public static Task<List<ContactRow>> ContactsAsync(Session s, string partnerId, (int Primary, string Id)? after, int n) =>
        s.QueryAsync<ContactRow>(SelectContacts, new { partnerId, afterPrimary = after?.Primary ?? 2, afterId = after?.Id ?? "", n });

    public static (int Primary, string Id)? ReadContactKey(string key) => key is ['0' or '1', .. var id] ? (key[0] - '0', id) : null;

    public static string ContactKey(ContactRow row) => (row.IsPrimary ? "1" : "0") + row.Id;

    public static Task<ContactRow?> PrimaryAsync(Session s, string partnerId) => s.FirstOrDefaultAsync<ContactRow>(SelectPrimary, new { partnerId });

    public static Task<long> CountContactsAsync(Session s, string partnerId) => s.ScalarAsync<long>(CountContacts, new { partnerId });

    public static Task InsertAsync(Tx tx, ContactRow row) => OnePrimaryAsync(tx, row, () => tx.ExecuteAsync(InsertContact, row));

    public static async Task UpdateAsync(Tx tx, ContactRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await OnePrimaryAsync(tx, row, () => tx.UpdateAsync(UpdateContact, row, $"contacts/{row.Id}"));
        row.Version++;
    }

    public static Task DeleteAsync(Tx tx, ContactRow row) => tx.UpdateAsync(DeleteContact, row, $"contacts/{row.Id}");

    public static Task<RecordRow?> RecordAsync(Session s, string id) => s.FirstOrDefaultAsync<RecordRow>(SelectRecord, new { id });

    /// <param name="before">Key of the last record of the page before, see RecordKey; null for the first page.</param>
    public static Task<List<RecordRow>> RecordsAsync(Session s, string partnerId, string kind, (DateOnly Day, string Id)? before, int n) =>
        s.QueryAsync<RecordRow>(SelectRecords, new { partnerId, kind, beforeDate = before is { Day: var day } ? $"{day:yyyy-MM-dd}" : LastDay, beforeId = before?.Id ?? End, n });

    public static string RecordKey(RecordRow row) => $"{row.OccurDate:yyyy-MM-dd}|{row.Id}";

    public static Task<long> CountRecordsAsync(Session s, string partnerId, string kind) => s.ScalarAsync<long>(CountRecords, new { partnerId, kind });

    public static Task InsertAsync(Tx tx, RecordRow row) => tx.ExecuteAsync(InsertRecord, row);

    /// <returns>False when another correction was faster.</returns>
    public static async Task<bool> CorrectAsync(Tx tx, string id, string by) => await tx.ExecuteAsync(MarkCorrected, new { id, by }) == 1;

    public static Task<List<GradingRow>> GradingsAsync(Session s, string partnerId, string before, int n) =>
        s.QueryAsync<GradingRow>(SelectGradings, new { partnerId, beforeId = before.Length == 0 ? End : before, n });

    public static Task InsertAsync(Tx tx, GradingRow row) => tx.ExecuteAsync(InsertGrading, row);

    public static Task<ShippingRow?> ShippingAsync(Session s, string partnerId) => s.FirstOrDefaultAsync<ShippingRow>(SelectShipping, new { partnerId });

    public static async Task SaveAsync(Tx tx, ShippingRow row)
    {
        if (await tx.ExecuteAsync(UpdateShipping, row) == 0)
            await tx.ExecuteAsync(InsertShipping, row);
    }

    public static Task<string?> LatestVisitAsync(Session s, string partnerId) => s.FirstOrDefaultAsync<string>(SelectLatestVisit, new { partnerId, n = 1 });

    public static Task<long> CountVisitsAsync(Session s, string partnerId) => s.ScalarAsync<long>(CountVisits, new { partnerId });

    private static async Task OnePrimaryAsync(Tx tx, ContactRow row, Func<Task> write)
    {
        if (row.IsPrimary)
            await tx.ExecuteAsync(Demote, new { partnerId = row.PartnerId, id = row.Id, now = tx.NowMicros });
        try
        {
            await write();
        }
        catch (DbException e) when (tx.Dialect.IsUniqueViolation(e))
        {
            throw Errors.EtagMismatch($"partners/{row.PartnerId}");
        }
    }
}
