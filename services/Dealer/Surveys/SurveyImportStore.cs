using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>The file of an import, as it was sent.</summary>
public sealed class SurveyFileRow
{
    public string OperationId { get; set; } = "";
    public string Month { get; set; } = "";
    public byte[] Body { get; set; } = [];
    public long CreatedUs { get; set; }
}

/// <summary>A fault of one line of an import's file.</summary>
public sealed class SurveyFaultRow
{
    public int Line { get; set; }
    public string Header { get; set; } = "";
    public string MessageZh { get; set; } = "";
    public string MessageEn { get; set; } = "";
}

/// <summary>How an import ended.</summary>
public sealed class SurveyImportState
{
    public string Kind { get; set; } = "";
    public bool Done { get; set; }
}

/// <summary>The files of imports and what was wrong with their rows: tried or real, they can be carried away, mended and sent again.</summary>
public static class SurveyImportStore
{
    /// <summary>How long a file is kept; the manuals give no time.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const string SelectOwn = "SELECT kind AS Kind, done AS Done FROM operations WHERE id = @operationId AND owner = @owner";
    private const string InsertFile = "INSERT INTO survey_import_files (operation_id, survey_month, body, created_us) VALUES (@OperationId, @Month, @Body, @CreatedUs)";
    private const string SelectFile = """
        SELECT operation_id AS OperationId, survey_month AS Month, body AS Body, created_us AS CreatedUs FROM survey_import_files WHERE operation_id = @operationId
        """;
    private const string InsertFault = """
        INSERT INTO survey_import_faults (operation_id, line, place, header, message_zh, message_en)
        VALUES (@operationId, @line, @place, @header, @zh, @en)
        """;
    private const string SelectFaults = """
        SELECT line AS Line, header AS Header, message_zh AS MessageZh, message_en AS MessageEn FROM survey_import_faults
        WHERE operation_id = @operationId ORDER BY line, place
        """;
    private const string SelectOld = "SELECT operation_id FROM survey_import_files WHERE created_us < @before ORDER BY created_us LIMIT @n";
    private const string DeleteFaults = "DELETE FROM survey_import_faults WHERE operation_id = @operationId";
    private const string DeleteFile = "DELETE FROM survey_import_files WHERE operation_id = @operationId";

    /// <summary>The caller's own operation; null when it is none.</summary>
    public static Task<SurveyImportState?> OwnAsync(Session s, string operationId, string owner) =>
        s.FirstOrDefaultAsync<SurveyImportState>(SelectOwn, new { operationId, owner });

    public static Task InsertFileAsync(Tx tx, SurveyFileRow row) => tx.ExecuteAsync(InsertFile, row);

    public static Task<SurveyFileRow?> FileAsync(Session s, string operationId) => s.FirstOrDefaultAsync<SurveyFileRow>(SelectFile, new { operationId });

    public static async Task InsertFaultsAsync(Tx tx, string operationId, int line, IReadOnlyList<SheetError> faults)
    {
        for (var place = 0; place < faults.Count; place++)
            await tx.ExecuteAsync(InsertFault, new { operationId, line, place, header = faults[place].Column, zh = faults[place].Zh, en = faults[place].En });
    }

    /// <summary>Every fault of the rows that the import came to, in the order of the rows.</summary>
    public static Task<List<SurveyFaultRow>> FaultsAsync(Session s, string operationId) => s.QueryAsync<SurveyFaultRow>(SelectFaults, new { operationId });

    /// <summary>Deletes a file that was kept long enough; for a sweep.</summary>
    public static async Task<int> ForgetAsync(Db db)
    {
        var old = await db.ReadAsync(s => s.QueryAsync<string>(SelectOld, new { before = (db.Clock.GetUtcNow() - Kept).Micros(), n = 1 }));
        foreach (var operationId in old)
            await db.WriteAsync(async tx =>
            {
                await tx.ExecuteAsync(DeleteFaults, new { operationId });
                await tx.ExecuteAsync(DeleteFile, new { operationId });
            });
        return old.Count;
    }
}
