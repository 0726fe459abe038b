using Qudao.Platform;

namespace Qudao.ServiceTicket.Attachments;

/// <summary>A file of a ticket as it stands in the table.</summary>
public sealed class AttachmentRow
{
    public string Id { get; set; } = "";
    public string TicketId { get; set; } = "";
    public string FileName { get; set; } = "";
    public string MediaType { get; set; } = "";
    public long SizeBytes { get; set; }
    public string Sha256 { get; set; } = "";
    public bool Internal { get; set; }
    public string UploaderName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Files of tickets; who may see the ticket may see them, internal ones but for people outside.</summary>
public static class AttachmentStore
{
    private const string Columns = """
        id AS Id, ticket_id AS TicketId, file_name AS FileName, media_type AS MediaType, size_bytes AS SizeBytes, sha256 AS Sha256, internal AS Internal,
        uploader_name AS UploaderName, created_us AS CreatedUs
        """;
    private const string Select = $"SELECT {Columns} FROM ticket_attachments WHERE id = @id AND ticket_id = @ticketId AND (@staff = 1 OR internal = 0)";
    private const string SelectPage = $"""
        SELECT {Columns} FROM ticket_attachments WHERE ticket_id = @ticketId AND id > @after AND (@staff = 1 OR internal = 0) ORDER BY id LIMIT @n
        """;
    private const string SelectUse = "SELECT COUNT(*) FROM ticket_attachments WHERE sha256 = @sha256";
    private const string CountOf = "SELECT COUNT(*) FROM ticket_attachments WHERE ticket_id = @ticketId";
    private const string Insert = """
        INSERT INTO ticket_attachments (id, ticket_id, file_name, media_type, size_bytes, sha256, internal, uploader_name, created_us)
        VALUES (@Id, @TicketId, @FileName, @MediaType, @SizeBytes, @Sha256, @Internal, @UploaderName, @CreatedUs)
        """;
    private const string Delete = "DELETE FROM ticket_attachments WHERE id = @id";

    public static Task<AttachmentRow?> GetAsync(Session session, string ticketId, string id, bool staff) =>
        session.FirstOrDefaultAsync<AttachmentRow>(Select, new { ticketId, id, staff = staff ? 1 : 0 });

    public static Task<List<AttachmentRow>> ListAsync(Session session, string ticketId, bool staff, Page page) =>
        session.QueryAsync<AttachmentRow>(SelectPage, new { ticketId, staff = staff ? 1 : 0, after = page.After, n = page.Fetch });

    /// <summary>Whether any ticket has this content.</summary>
    public static async Task<bool> IsUsedAsync(Session session, string sha256) => await session.ScalarAsync<long>(SelectUse, new { sha256 }) > 0;

    public static Task<long> CountAsync(Session session, string ticketId) => session.ScalarAsync<long>(CountOf, new { ticketId });

    public static Task InsertAsync(Tx tx, AttachmentRow row) => tx.ExecuteAsync(Insert, row);

    public static Task DeleteAsync(Tx tx, string id) => tx.ExecuteAsync(Delete, new { id });
}
