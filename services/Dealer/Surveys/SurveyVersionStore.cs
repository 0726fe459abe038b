using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>It was said whether a shop is a target 拓展目标.</summary>
public sealed class SurveyMarkRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string SurveyId { get; set; } = "";
    public string Month { get; set; } = "";
    public bool? IsTarget { get; set; }
    public bool? WasTarget { get; set; }
    public string Reason { get; set; } = "";
    public string AuthorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Surveys as they stood until they were changed, and the target marks. Who sees the survey, or the shop, sees them.</summary>
public static class SurveyVersionStore
{
    private const string Cells = "province, city, name, brands, annual_volume, address, contact, phone, is_target, advantage, source, editor_name, updated_us";
    private const string Keep = $"INSERT INTO survey_versions (survey_id, version, {Cells}) SELECT id, version, {Cells} FROM surveys WHERE id = @Id AND version = @Version";
    private const string Columns = """
        province AS Province, city AS City, name AS Name, brands AS Brands, annual_volume AS AnnualVolume, address AS Address, contact AS Contact,
        phone AS Phone, is_target AS IsTarget, advantage AS Advantage, source AS Source, editor_name AS EditorName, version AS Version, updated_us AS UpdatedUs
        """;
    private const string SelectPage = $"SELECT {Columns} FROM survey_versions WHERE survey_id = @surveyId AND version < @before ORDER BY version DESC LIMIT @n";
    private const string SelectOne = $"SELECT {Columns} FROM survey_versions WHERE survey_id = @surveyId AND version = @version";

    private const string InsertMark = """
        INSERT INTO survey_marks (id, partner_id, survey_id, survey_month, is_target, was_target, reason, author_name, created_us)
        VALUES (@Id, @PartnerId, @SurveyId, @Month, @IsTarget, @WasTarget, @Reason, @AuthorName, @CreatedUs)
        """;
    private const string SelectMarks = """
        SELECT id AS Id, partner_id AS PartnerId, survey_id AS SurveyId, survey_month AS Month, is_target AS IsTarget, was_target AS WasTarget, reason AS Reason,
               author_name AS AuthorName, created_us AS CreatedUs
        FROM survey_marks WHERE partner_id = @partnerId AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @n
        """;

    /// <summary>Keeps the row as it stands in the table, before it is changed.</summary>
    public static Task KeepAsync(Tx tx, SurveyRow row) => tx.ExecuteAsync(Keep, new { row.Id, row.Version });

    /// <summary>The cells, source, version and time of earlier versions, newest first.</summary>
    public static Task<List<SurveyRow>> ListAsync(Session s, string surveyId, long before, int n) => s.QueryAsync<SurveyRow>(SelectPage, new { surveyId, before, n });

    public static Task<SurveyRow?> GetAsync(Session s, string surveyId, long version) => s.FirstOrDefaultAsync<SurveyRow>(SelectOne, new { surveyId, version });

    public static Task MarkAsync(Tx tx, SurveyRow row, bool? before, string reason, Caller caller) => tx.ExecuteAsync(InsertMark, new SurveyMarkRow
    {
        Id = tx.NewId(),
        PartnerId = row.PartnerId,
        SurveyId = row.Id,
        Month = row.Month,
        IsTarget = row.IsTarget,
        WasTarget = before,
        Reason = reason,
        AuthorName = caller.Name,
        CreatedUs = tx.NowMicros,
    });

    public static Task<List<SurveyMarkRow>> MarksAsync(Session s, string partnerId, Page page) =>
        s.QueryAsync<SurveyMarkRow>(SelectMarks, new { partnerId, after = page.After, n = page.Fetch });
}
