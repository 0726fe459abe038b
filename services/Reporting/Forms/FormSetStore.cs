using Qudao.Platform;

namespace Qudao.Reporting.Forms;

/// <summary>A set of forms; its id is its operation's.</summary>
public sealed class FormSetRow
{
    public string OperationId { get; set; } = "";
    public string FileName { get; set; } = "";
    public bool Complete { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>A form of a set: which, and what became of it.</summary>
public sealed class FormSetItemRow
{
    public const string Pending = "pending";
    public const string Made = "made";
    public const string Missing = "missing";

    public string OperationId { get; set; } = "";
    public long Ordinal { get; set; }
    public string Kind { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";

    /// <summary>What it is made of: an id, a month or a day.</summary>
    public string Resource { get; set; } = "";

    /// <summary>Whom or what it is of, to people.</summary>
    public string Subject { get; set; } = "";

    public string Period { get; set; } = "";

    /// <summary>Its path in the set.</summary>
    public string FileName { get; set; } = "";

    /// <summary>"pending", "made" or "missing".</summary>
    public string State { get; set; } = Pending;

    /// <summary>Why it is missing, in Chinese.</summary>
    public string Reason { get; set; } = "";

    public long SizeBytes { get; set; }
    public long Crc { get; set; }
}

/// <summary>Sets of forms as they are kept.</summary>
public static class FormSetStore
{
    /// <summary>How long a set is kept: it can be made anew.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Bytes of a piece of a file.</summary>
    public const int Piece = 256 * 1024;

    private const string ItemColumns = """
        operation_id AS OperationId, ordinal AS Ordinal, kind AS Kind, organisation_id AS OrganisationId, organisation_name AS OrganisationName, resource AS Resource,
        subject AS Subject, period AS Period, file_name AS FileName, state AS State, reason AS Reason, size_bytes AS SizeBytes, crc AS Crc
        """;
    private const string Insert = "INSERT INTO form_sets (operation_id, file_name, complete, created_us) VALUES (@OperationId, @FileName, @Complete, @CreatedUs)";
    private const string SelectOne = "SELECT operation_id AS OperationId, file_name AS FileName, complete AS Complete, created_us AS CreatedUs FROM form_sets WHERE operation_id = @id";
    private const string SelectOperation = "SELECT done FROM operations WHERE id = @id AND owner = @owner AND kind = @kind";
    private const string Complete = "UPDATE form_sets SET complete = 1 WHERE operation_id = @id";
    private const string InsertItem = """
        INSERT INTO form_set_items (operation_id, ordinal, kind, organisation_id, organisation_name, resource, subject, period, file_name, state, reason, size_bytes, crc)
        VALUES (@OperationId, @Ordinal, @Kind, @OrganisationId, @OrganisationName, @Resource, @Subject, @Period, @FileName, @State, @Reason, @SizeBytes, @Crc)
        """;
    private const string SelectItem = $"SELECT {ItemColumns} FROM form_set_items WHERE operation_id = @id AND ordinal = @ordinal";
    private const string SelectItems = $"SELECT {ItemColumns} FROM form_set_items WHERE operation_id = @id ORDER BY ordinal";
    private const string CountItems = "SELECT COUNT(*) FROM form_set_items WHERE operation_id = @id";
    private const string SumItems = "SELECT COALESCE(SUM(size_bytes), 0) FROM form_set_items WHERE operation_id = @id";

    // Of two instances that made the same form only one stores it.
    private const string UpdateItem = """
        UPDATE form_set_items SET state = @State, reason = @Reason, size_bytes = @SizeBytes, crc = @Crc
        WHERE operation_id = @OperationId AND ordinal = @Ordinal AND state = 'pending'
        """;
    private const string InsertPiece = "INSERT INTO form_set_pieces (operation_id, ordinal, piece, body) VALUES (@id, @ordinal, @piece, @body)";
    private const string SelectPiece = "SELECT body FROM form_set_pieces WHERE operation_id = @id AND ordinal = @ordinal AND piece = @piece";
    private const string SelectOld = "SELECT operation_id FROM form_sets WHERE created_us < @before ORDER BY created_us LIMIT @n";
    private const string DeletePieces = "DELETE FROM form_set_pieces WHERE operation_id = @id";
    private const string DeleteItems = "DELETE FROM form_set_items WHERE operation_id = @id";
    private const string Delete = "DELETE FROM form_sets WHERE operation_id = @id";

    public static Task InsertAsync(Tx tx, FormSetRow row) => tx.ExecuteAsync(Insert, row);

    public static Task<FormSetRow?> GetAsync(Session session, string id) => session.FirstOrDefaultAsync<FormSetRow>(SelectOne, new { id });

    /// <summary>Whether an operation of the owner's is done; null when it is none of this kind.</summary>
    public static Task<bool?> DoneAsync(Session session, string id, string owner, string kind) => session.FirstOrDefaultAsync<bool?>(SelectOperation, new { id, owner, kind });

    public static Task CompleteAsync(Tx tx, string id) => tx.ExecuteAsync(Complete, new { id });

    public static Task InsertItemAsync(Tx tx, FormSetItemRow row) => tx.ExecuteAsync(InsertItem, row);

    public static Task<FormSetItemRow?> ItemAsync(Session session, string id, long ordinal) => session.FirstOrDefaultAsync<FormSetItemRow>(SelectItem, new { id, ordinal });

    public static Task<List<FormSetItemRow>> ItemsAsync(Session session, string id) => session.QueryAsync<FormSetItemRow>(SelectItems, new { id });

    public static Task<long> CountItemsAsync(Session session, string id) => session.ScalarAsync<long>(CountItems, new { id });

    public static Task<long> SizeAsync(Session session, string id) => session.ScalarAsync<long>(SumItems, new { id });

    /// <summary>Keeps what became of a form, with its file when there is one.</summary>
    public static async Task SaveAsync(Tx tx, FormSetItemRow row, ReadOnlyMemory<byte> file)
    {
        if (await tx.ExecuteAsync(UpdateItem, row) == 0)
            return;
        for (var (piece, at) = (0, 0); at < file.Length; at += Piece, piece++)
            await tx.ExecuteAsync(InsertPiece, new { id = row.OperationId, ordinal = row.Ordinal, piece, body = file.Slice(at, Math.Min(Piece, file.Length - at)).ToArray() });
    }

    public static Task<byte[]?> PieceAsync(Session session, string id, long ordinal, int piece) => session.FirstOrDefaultAsync<byte[]>(SelectPiece, new { id, ordinal, piece });

    /// <summary>Forgets a set that was kept long enough; for a sweep.</summary>
    public static async Task<int> ForgetAsync(Db db)
    {
        var old = await db.ReadAsync(s => s.QueryAsync<string>(SelectOld, new { before = (db.Clock.GetUtcNow() - Kept).Micros(), n = 1 }));
        foreach (var id in old)
            await db.WriteAsync(async tx =>
            {
                await tx.ExecuteAsync(DeletePieces, new { id });
                await tx.ExecuteAsync(DeleteItems, new { id });
                await tx.ExecuteAsync(Delete, new { id });
            });
        return old.Count;
    }
}
