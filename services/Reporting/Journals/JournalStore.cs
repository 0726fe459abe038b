using Qudao.Platform;

namespace Qudao.Reporting.Journals;

/// <summary>A journal 销售日志; words and facts are the form as JSON.</summary>
public sealed class JournalRow
{
    public string Id { get; set; } = "";

    /// <summary>"s1|daily|2026-11-18".</summary>
    public string PlaceKey { get; set; } = "";

    /// <summary>"daily", "weekly" or "monthly".</summary>
    public string Kind { get; set; } = "";

    public string Period { get; set; } = "";
    public DateOnly StartDate { get; set; }
    public string WriterId { get; set; } = "";
    public string WriterName { get; set; } = "";
    public long WriterRank { get; set; }
    public string OrganisationId { get; set; } = "";

    /// <summary>"draft", "submitted", "returned" or "accepted".</summary>
    public string State { get; set; } = "";

    /// <summary>What the writer wrote.</summary>
    public string Words { get; set; } = "";

    /// <summary>The whole form as it was handed in; empty before.</summary>
    public string Facts { get; set; } = "";

    public string Comment { get; set; } = "";
    public string ReviewerName { get; set; } = "";
    public long? SubmittedUs { get; set; }
    public long? ReviewedUs { get; set; }
    public long CreatedUs { get; set; }
    public long Version { get; set; }

    // Of the organisation; not stored here.
    public string OrganisationName { get; set; } = "";
    public string ScopePath { get; set; } = "";

    public string Name => $"journals/{Id}";
}

/// <summary>What journals are narrowed to; empty texts do not narrow.</summary>
public sealed record JournalFilter(string Kind, string State, string WriterId, DateOnly From, DateOnly To);

/// <summary>Journals as they are kept.</summary>
public static class JournalStore
{
    private const string Columns = """
        j.id AS Id, j.place_key AS PlaceKey, j.kind AS Kind, j.period AS Period, j.start_date AS StartDate, j.writer_id AS WriterId, j.writer_name AS WriterName,
        j.writer_rank AS WriterRank, j.organisation_id AS OrganisationId, j.state AS State, j.words AS Words, j.facts AS Facts, j.comment AS Comment,
        j.reviewer_name AS ReviewerName, j.submitted_us AS SubmittedUs, j.reviewed_us AS ReviewedUs, j.created_us AS CreatedUs, j.version AS Version,
        o.name AS OrganisationName, o.scope_path AS ScopePath
        """;
    private const string From = "FROM journals j JOIN organisations o ON o.id = j.organisation_id";
    private const string Filter = """
        (j.writer_id = @Me OR (j.state <> 'draft' AND j.writer_rank < @Rank AND o.scope_path >= @ScopeLow AND o.scope_path < @ScopeHigh))
        """;
    private const string Insert = """
        INSERT INTO journals (id, place_key, kind, period, start_date, writer_id, writer_name, writer_rank, organisation_id, state, words, facts, comment, reviewer_name,
            submitted_us, reviewed_us, created_us, version)
        VALUES (@Id, @PlaceKey, @Kind, @Period, @StartDate, @WriterId, @WriterName, @WriterRank, @OrganisationId, @State, @Words, @Facts, @Comment, @ReviewerName,
            @SubmittedUs, @ReviewedUs, @CreatedUs, @Version)
        """;
    private const string Update = """
        UPDATE journals SET state = @State, words = @Words, facts = @Facts, comment = @Comment, reviewer_name = @ReviewerName, submitted_us = @SubmittedUs,
               reviewed_us = @ReviewedUs, version = version + 1
        WHERE id = @Id AND version = @Version
        """;
    private const string Delete = "DELETE FROM journals WHERE id = @Id AND version = @Version";
    private const string SelectOne = $"SELECT {Columns} {From} WHERE j.id = @id AND {Filter}";
    private const string SelectIdAt = "SELECT id FROM journals WHERE place_key = @key";
    private const string SelectWordsAt = "SELECT words FROM journals WHERE place_key = @key";
    private const string SelectPage = $"""
        SELECT {Columns} {From}
        WHERE (j.start_date < @AfterDate OR (j.start_date = @AfterDate AND j.id > @AfterId)) AND (@Kind = '' OR j.kind = @Kind) AND (@State = '' OR j.state = @State)
          AND (@WriterId = '' OR j.writer_id = @WriterId) AND j.start_date >= @From AND j.start_date <= @To AND {Filter}
        ORDER BY j.start_date DESC, j.id LIMIT @n
        """;

    public static Task InsertAsync(Tx tx, JournalRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Stores a row; its version is the new one afterwards.</summary>
    public static async Task UpdateAsync(Tx tx, JournalRow row)
    {
        await tx.UpdateAsync(Update, row, row.Name);
        row.Version++;
    }

    public static Task DeleteAsync(Tx tx, JournalRow row) => tx.UpdateAsync(Delete, row, row.Name);

    public static Task<JournalRow?> GetAsync(Session session, string id, Reader reader) =>
        session.FirstOrDefaultAsync<JournalRow>(SelectOne, new { id, reader.Me, reader.Rank, reader.ScopeLow, reader.ScopeHigh });

    public static async Task<bool> ExistsAsync(Session session, string key) => await session.FirstOrDefaultAsync<string>(SelectIdAt, new { key }) is not null;

    /// <summary>What stands in the form at a place; null when there is none.</summary>
    public static Task<string?> WordsAtAsync(Session session, string key) => session.FirstOrDefaultAsync<string>(SelectWordsAt, new { key });

    public static Task<List<JournalRow>> ListAsync(Session session, JournalFilter filter, Reader reader, (DateOnly Date, string Id) after, int n) =>
        session.QueryAsync<JournalRow>(SelectPage, new
        {
            filter.Kind,
            filter.State,
            filter.WriterId,
            filter.From,
            filter.To,
            reader.Me,
            reader.Rank,
            reader.ScopeLow,
            reader.ScopeHigh,
            AfterDate = after.Date,
            AfterId = after.Id,
            n,
        });
}
