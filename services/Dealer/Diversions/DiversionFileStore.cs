using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

public sealed class DiversionNoteRow
{
    public string Id { get; set; } = "";
    public string CaseId { get; set; } = "";
    public string Text { get; set; } = "";
    public string AuthorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

public sealed class DiversionEvidenceRow
{
    public string Id { get; set; } = "";
    public string CaseId { get; set; } = "";

    /// <summary>"claimant", "accused" or "company".</summary>
    public string Side { get; set; } = "";
    public string FileName { get; set; } = "";
    public string MediaType { get; set; } = "";
    public long SizeBytes { get; set; }
    public string Sha256 { get; set; } = "";
    public string AuthorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>What lies in the file of a case: internal notes, and evidence, whose content is a file named by its SHA-256.</summary>
public static class DiversionFileStore
{
    private const string InsertNote = "INSERT INTO diversion_notes (id, case_id, text, author_name, created_us) VALUES (@Id, @CaseId, @Text, @AuthorName, @CreatedUs)";
    private const string SelectNotes = """
        SELECT id AS Id, case_id AS CaseId, text AS Text, author_name AS AuthorName, created_us AS CreatedUs
        FROM diversion_notes WHERE case_id = @caseId AND id > @after ORDER BY id LIMIT @n
        """;
    private const string Columns = """
        id AS Id, case_id AS CaseId, side AS Side, file_name AS FileName, media_type AS MediaType, size_bytes AS SizeBytes, sha256 AS Sha256,
        author_name AS AuthorName, created_us AS CreatedUs
        """;
    private const string InsertEvidence = """
        INSERT INTO diversion_evidence (id, case_id, side, file_name, media_type, size_bytes, sha256, author_name, created_us)
        VALUES (@Id, @CaseId, @Side, @FileName, @MediaType, @SizeBytes, @Sha256, @AuthorName, @CreatedUs)
        """;
    private const string SelectEvidence = $"SELECT {Columns} FROM diversion_evidence WHERE case_id = @caseId AND id > @after AND (@side = '' OR side = @side) ORDER BY id LIMIT @n";
    private const string SelectOne = $"SELECT {Columns} FROM diversion_evidence WHERE id = @id AND case_id = @caseId AND (@side = '' OR side = @side)";
    private const string CountEvidence = "SELECT COUNT(*) FROM diversion_evidence WHERE case_id = @caseId";
    private const string CountUse = "SELECT COUNT(*) FROM diversion_evidence WHERE sha256 = @sha256";

    public static Task InsertAsync(Tx tx, DiversionNoteRow row) => tx.ExecuteAsync(InsertNote, row);

    public static Task<List<DiversionNoteRow>> NotesAsync(Session s, string caseId, Page page) =>
        s.QueryAsync<DiversionNoteRow>(SelectNotes, new { caseId, after = page.After, n = page.Fetch });

    public static Task InsertAsync(Tx tx, DiversionEvidenceRow row) => tx.ExecuteAsync(InsertEvidence, row);

    /// <param name="side">Whose files; empty: all.</param>
    public static Task<List<DiversionEvidenceRow>> EvidenceAsync(Session s, string caseId, string side, string after, int n) =>
        s.QueryAsync<DiversionEvidenceRow>(SelectEvidence, new { caseId, side, after, n });

    public static Task<DiversionEvidenceRow?> GetAsync(Session s, string caseId, string id, string side) =>
        s.FirstOrDefaultAsync<DiversionEvidenceRow>(SelectOne, new { id, caseId, side });

    public static Task<long> CountAsync(Session s, string caseId) => s.ScalarAsync<long>(CountEvidence, new { caseId });

    /// <summary>Whether any evidence has this content.</summary>
    public static async Task<bool> IsUsedAsync(Session s, string sha256) => await s.ScalarAsync<long>(CountUse, new { sha256 }) > 0;
}
