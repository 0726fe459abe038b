using Qudao.Platform;

namespace Qudao.Training.Courses;

public sealed class CourseRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Title { get; set; } = "";
    public string Content { get; set; } = "";
    public int Minutes { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>Every statement on courses.</summary>
public static class CourseStore
{
    private const string Columns = "id AS Id, version AS Version, title AS Title, content AS Content, minutes AS Minutes, created_us AS CreatedUs";
    private const string Insert = """
        INSERT INTO courses (id, version, title, content, minutes, created_us) VALUES (@Id, @Version, @Title, @Content, @Minutes, @CreatedUs)
        """;
    private const string SelectOne = $"SELECT {Columns} FROM courses WHERE id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM courses WHERE id > @after ORDER BY id LIMIT @n";
    private const string CountTitle = "SELECT COUNT(*) FROM courses WHERE title = @title";

    public static Task InsertAsync(Tx tx, CourseRow row) => tx.ExecuteAsync(Insert, row);

    public static Task<CourseRow?> GetAsync(Session s, string id) => s.FirstOrDefaultAsync<CourseRow>(SelectOne, new { id });

    public static Task<List<CourseRow>> ListAsync(Session s, Page page) => s.QueryAsync<CourseRow>(SelectPage, new { after = page.After, n = page.Fetch });

    public static async Task<bool> TitleExistsAsync(Session s, string title) => await s.ScalarAsync<long>(CountTitle, new { title }) > 0;
}
