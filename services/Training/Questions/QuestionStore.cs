using System.Text.Json;
using Qudao.Platform;

namespace Qudao.Training.Questions;

/// <summary>A question of the bank; options and right answers as JSON arrays.</summary>
public sealed class QuestionRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string CourseId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Text { get; set; } = "";
    public string Options { get; set; } = "[]";
    public string Answers { get; set; } = "[]";
    public int Points { get; set; }
    public bool Retired { get; set; }
    public long CreatedUs { get; set; }

    public string[] OptionList() => JsonSerializer.Deserialize<string[]>(Options)!;

    public int[] RightOnes() => JsonSerializer.Deserialize<int[]>(Answers)!;
}

/// <summary>Every statement on questions.</summary>
public static class QuestionStore
{
    private const string Columns = """
        id AS Id, version AS Version, course_id AS CourseId, kind AS Kind, text AS Text, options AS Options, answers AS Answers, points AS Points,
        retired AS Retired, created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO questions (id, version, course_id, kind, text, options, answers, points, retired, created_us)
        VALUES (@Id, @Version, @CourseId, @Kind, @Text, @Options, @Answers, @Points, @Retired, @CreatedUs)
        """;
    private const string Update = """
        UPDATE questions SET version = version + 1, text = @Text, options = @Options, answers = @Answers, points = @Points, retired = @Retired
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} FROM questions WHERE id = @id";
    private const string SelectPage = $"SELECT {Columns} FROM questions WHERE course_id = @course AND id > @after ORDER BY id LIMIT @n";
    private const string SelectDrawable = $"SELECT {Columns} FROM questions WHERE course_id = @course AND retired = 0 ORDER BY id";

    public static Task InsertAsync(Tx tx, QuestionRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, QuestionRow row)
    {
        await tx.UpdateAsync(Update, row, $"questions/{row.Id}");
        row.Version++;
    }

    public static Task<QuestionRow?> GetAsync(Session s, string id) => s.FirstOrDefaultAsync<QuestionRow>(SelectOne, new { id });

    public static Task<List<QuestionRow>> ListAsync(Session s, string course, Page page) =>
        s.QueryAsync<QuestionRow>(SelectPage, new { course, after = page.After, n = page.Fetch });

    /// <summary>What a test of the course can be made of.</summary>
    public static Task<List<QuestionRow>> DrawableAsync(Session s, string course) => s.QueryAsync<QuestionRow>(SelectDrawable, new { course });
}
