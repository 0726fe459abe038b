using Qudao.Platform;

namespace Qudao.Reporting.Sales;

/// <summary>An ingestion of lines, streamed or from a file.</summary>
public sealed class IngestionRow
{
    public string Id { get; set; } = "";

    /// <summary>The subject that began it: nobody else sees it.</summary>
    public string Owner { get; set; } = "";

    /// <summary>"stream:" and the request_id, or "import:" and the operation.</summary>
    public string BegunBy { get; set; } = "";

    public long LinesDone { get; set; }
    public long Stored { get; set; }
    public long Unchanged { get; set; }
    public long Refused { get; set; }
    public bool Complete { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>What became of the lines from FirstLine up to, not including, AfterLine: a letter for each.</summary>
public sealed class PieceRow
{
    public const char Stored = 'S';
    public const char Unchanged = 'U';
    public const char Refused = 'R';

    public long FirstLine { get; set; }
    public long AfterLine { get; set; }
    public string Outcomes { get; set; } = "";
}

/// <summary>A fault of a line.</summary>
public sealed class LineFaultRow
{
    public long Line { get; set; }
    public string Field { get; set; } = "";
    public string Reason { get; set; } = "";
    public string MessageZh { get; set; } = "";
    public string MessageEn { get; set; } = "";
}

/// <summary>Ingestions, and what became of their lines.</summary>
public static class IngestionStore
{
    /// <summary>How long it is kept what became of lines, and an import's file; the manuals give no time.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const string Columns = """
        id AS Id, owner AS Owner, begun_by AS BegunBy, lines_done AS LinesDone, stored AS Stored, unchanged AS Unchanged, refused AS Refused,
        complete AS Complete, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectOne = $"SELECT {Columns} FROM sales_ingestions WHERE id = @id AND owner = @owner";
    private const string SelectBegun = $"SELECT {Columns} FROM sales_ingestions WHERE owner = @owner AND begun_by = @begunBy";
    private const string Insert = """
        INSERT INTO sales_ingestions (id, owner, begun_by, lines_done, stored, unchanged, refused, complete, created_us, updated_us)
        VALUES (@Id, @Owner, @BegunBy, @LinesDone, @Stored, @Unchanged, @Refused, @Complete, @CreatedUs, @UpdatedUs)
        """;
    // Of two streams under one request_id only one goes on.
    private const string MoveOn = """
        UPDATE sales_ingestions SET lines_done = @LinesDone, stored = @Stored, unchanged = @Unchanged, refused = @Refused, updated_us = @UpdatedUs
        WHERE id = @Id AND lines_done = @From AND complete = 0
        """;
    private const string Complete = "UPDATE sales_ingestions SET complete = 1, updated_us = @now WHERE id = @id AND lines_done = @lines";
    private const string InsertPiece = """
        INSERT INTO sales_ingestion_pieces (ingestion_id, first_line, after_line, outcomes) VALUES (@id, @FirstLine, @AfterLine, @Outcomes)
        """;
    private const string SelectPieces = """
        SELECT first_line AS FirstLine, after_line AS AfterLine, outcomes AS Outcomes FROM sales_ingestion_pieces
        WHERE ingestion_id = @id AND after_line > @from ORDER BY first_line LIMIT @n
        """;
    private const string InsertFault = """
        INSERT INTO sales_ingestion_faults (ingestion_id, line, place, field, reason, message_zh, message_en)
        VALUES (@id, @line, @place, @field, @reason, @zh, @en)
        """;
    private const string FaultColumns = "line AS Line, field AS Field, reason AS Reason, message_zh AS MessageZh, message_en AS MessageEn";
    private const string SelectFaults = $"""
        SELECT {FaultColumns} FROM sales_ingestion_faults WHERE ingestion_id = @id AND line >= @from AND line <= @to ORDER BY line, place
        """;
    private const string InsertFile = "INSERT INTO sales_import_files (operation_id, body) VALUES (@operationId, @body)";
    private const string SelectFile = "SELECT body FROM sales_import_files WHERE operation_id = @operationId";
    private const string SelectImport = "SELECT done FROM operations WHERE id = @operationId AND owner = @owner AND kind = @kind";
    private const string SelectOld = "SELECT id FROM sales_ingestions WHERE created_us < @before ORDER BY created_us LIMIT @n";
    private const string DeleteFaults = "DELETE FROM sales_ingestion_faults WHERE ingestion_id = @id";
    private const string DeletePieces = "DELETE FROM sales_ingestion_pieces WHERE ingestion_id = @id";
    private const string DeleteFile = "DELETE FROM sales_import_files WHERE operation_id = @id";
    private const string Delete = "DELETE FROM sales_ingestions WHERE id = @id";

    public static Task<IngestionRow?> GetAsync(Session session, string id, string owner) => session.FirstOrDefaultAsync<IngestionRow>(SelectOne, new { id, owner });

    public static Task<IngestionRow?> BegunAsync(Session session, string owner, string begunBy) =>
        session.FirstOrDefaultAsync<IngestionRow>(SelectBegun, new { owner, begunBy });

    public static Task InsertAsync(Tx tx, IngestionRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Counts a piece in; false when somebody else did meanwhile.</summary>
    public static async Task<bool> MoveOnAsync(Tx tx, IngestionRow row, long from) => await tx.ExecuteAsync(MoveOn, new
    {
        row.Id,
        row.LinesDone,
        row.Stored,
        row.Unchanged,
        row.Refused,
        UpdatedUs = tx.NowMicros,
        From = from,
    }) == 1;

    public static async Task<bool> CompleteAsync(Tx tx, string id, long lines) => await tx.ExecuteAsync(Complete, new { id, lines, now = tx.NowMicros }) == 1;

    public static Task InsertPieceAsync(Tx tx, string id, PieceRow piece) => tx.ExecuteAsync(InsertPiece, new { id, piece.FirstLine, piece.AfterLine, piece.Outcomes });

    /// <summary>Pieces that have a line from this one on.</summary>
    public static Task<List<PieceRow>> PiecesAsync(Session session, string id, long from, int n) => session.QueryAsync<PieceRow>(SelectPieces, new { id, from, n });

    public static async Task InsertFaultsAsync(Tx tx, string id, long line, IReadOnlyList<Violation> faults)
    {
        for (var place = 0; place < faults.Count; place++)
            await tx.ExecuteAsync(InsertFault, new { id, line, place, field = faults[place].Field, reason = faults[place].Reason, zh = faults[place].Zh, en = faults[place].En });
    }

    public static Task<List<LineFaultRow>> FaultsAsync(Session session, string id, long from, long to) => session.QueryAsync<LineFaultRow>(SelectFaults, new { id, from, to });

    public static Task InsertFileAsync(Tx tx, string operationId, byte[] body) => tx.ExecuteAsync(InsertFile, new { operationId, body });

    public static Task<byte[]?> FileAsync(Session session, string operationId) => session.FirstOrDefaultAsync<byte[]>(SelectFile, new { operationId });

    /// <summary>Whether an operation of the owner's is done; null when it is none of this kind.</summary>
    public static Task<bool?> ImportDoneAsync(Session session, string operationId, string owner, string kind) =>
        session.FirstOrDefaultAsync<bool?>(SelectImport, new { operationId, owner, kind });

    /// <summary>Forgets what was kept long enough; for a sweep. The lines that were stored stay.</summary>
    public static async Task<int> ForgetAsync(Db db)
    {
        var old = await db.ReadAsync(s => s.QueryAsync<string>(SelectOld, new { before = (db.Clock.GetUtcNow() - Kept).Micros(), n = 1 }));
        foreach (var id in old)
            await db.WriteAsync(async tx =>
            {
                await tx.ExecuteAsync(DeleteFaults, new { id });
                await tx.ExecuteAsync(DeletePieces, new { id });
                await tx.ExecuteAsync(DeleteFile, new { id });
                await tx.ExecuteAsync(Delete, new { id });
            });
        return old.Count;
    }
}
