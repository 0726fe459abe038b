using Qudao.Platform;

namespace Qudao.Contract.Attachments;

/// <summary>An attachment 附件 as it stands in the table.</summary>
public sealed class AttachmentRow
{
    public string Id { get; set; } = "";
    public string AgreementId { get; set; } = "";
    public string FileName { get; set; } = "";
    public string MediaType { get; set; } = "";
    public long SizeBytes { get; set; }
    public string Sha256 { get; set; } = "";
    public string UploaderId { get; set; } = "";
    public string UploaderName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Attachments in the database; who may see the agreement may see them.</summary>
public static class AttachmentStore
{
    private const string Columns = """
        id AS Id, agreement_id AS AgreementId, file_name AS FileName, media_type AS MediaType, size_bytes AS SizeBytes, sha256 AS Sha256,
        uploader_id AS UploaderId, uploader_name AS UploaderName, created_us AS CreatedUs
        """;
    private const string Select = $"SELECT {Columns} FROM attachments WHERE id = @id AND agreement_id = @agreementId";
    private const string SelectPage = $"SELECT {Columns} FROM attachments WHERE agreement_id = @agreementId AND id > @after ORDER BY id LIMIT @n";
    private const string SelectUse = "SELECT COUNT(*) FROM attachments WHERE sha256 = @sha256";
    private const string CountOf = "SELECT COUNT(*) FROM attachments WHERE agreement_id = @agreementId";
    private const string Insert = """
        INSERT INTO attachments (id, agreement_id, file_name, media_type, size_bytes, sha256, uploader_id, uploader_name, created_us)
        VALUES (@Id, @AgreementId, @FileName, @MediaType, @SizeBytes, @Sha256, @UploaderId, @UploaderName, @CreatedUs)
        """;
    private const string Delete = "DELETE FROM attachments WHERE id = @id";

    public static Task<AttachmentRow?> GetAsync(Session session, string agreementId, string id) =>
        session.FirstOrDefaultAsync<AttachmentRow>(Select, new { agreementId, id });

    public static Task<List<AttachmentRow>> ListAsync(Session session, string agreementId, Page page) =>
        session.QueryAsync<AttachmentRow>(SelectPage, new { agreementId, after = page.After, n = page.Fetch });

    /// <summary>Whether any attachment has this content.</summary>
    public static async Task<bool> IsUsedAsync(Session session, string sha256) => await session.ScalarAsync<long>(SelectUse, new { sha256 }) > 0;

    public static Task<long> CountAsync(Session session, string agreementId) => session.ScalarAsync<long>(CountOf, new { agreementId });

    public static Task InsertAsync(Tx tx, AttachmentRow row) => tx.ExecuteAsync(Insert, row);

    public static Task DeleteAsync(Tx tx, string id) => tx.ExecuteAsync(Delete, new { id });
}
