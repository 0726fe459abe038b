using Qudao.Platform;

namespace Qudao.Training.Courses;

public sealed class CourseRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Title { get; set; } = "";
    public string Content { get; set; } = "";
    public int Minutes { get; set; }
    public int PassScore { get; set; }
    public int ValidityMonths { get; set; }
    public bool Retired { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>Every statement on courses.</summary>
public static class CourseStore
{
    private const string Columns = """
        id AS Id, version AS Version, title AS Title, content AS Content, minutes AS Minutes, pass_score AS PassScore, validity_months AS ValidityMonths,
        retired AS Retired, created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO courses (id, version, title, content, minutes, pass_score, validity_months, retired, created_us)
        VALUES (@Id, @Version, @Title, @Content, @Minutes, @PassScore, @ValidityMonths, @Retired, @CreatedUs)
        """;
    private const string Update = """
        UPDATE courses SET version = version + 1, title = @Title, content = @Content, minutes = @Minutes, pass_score = @PassScore,
            validity_months = @ValidityMonths, retired = @Retired
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} FROM courses WHERE id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM courses WHERE id > @after ORDER BY id LIMIT @n";
    private const string CountTitle = "SELECT COUNT(*) FROM courses WHERE title = @Title AND id <> @Id";

    public static Task InsertAsync(Tx tx, CourseRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, CourseRow row)
    {
        await tx.UpdateAsync(Update, row, $"courses/{row.Id}");
        row.Version++;
    }

    public static Task<CourseRow?> GetAsync(Session s, string id) => s.FirstOrDefaultAsync<CourseRow>(SelectOne, new { id });

    public static Task<List<CourseRow>> ListAsync(Session s, Page page) => s.QueryAsync<CourseRow>(SelectPage, new { after = page.After, n = page.Fetch });

    public static async Task<bool> TitleExistsAsync(Session s, CourseRow row) => await s.ScalarAsync<long>(CountTitle, row) > 0;

    /// <summary>A course that can be asked for; else a fault of the field that names it.</summary>
    public static async Task<CourseRow> OfferedAsync(Session s, string name, string field)
    {
        var row = await GetAsync(s, Ids.Of(name, "courses")) ?? throw Errors.Invalid(field, "没有这门课程。", "There is no such course.", "NOT_FOUND");
        return row.Retired ? throw Errors.Invalid(field, $"课程“{row.Title}”已停开。", $"The course {row.Title} is not offered any more.", "RETIRED") : row;
    }
}
