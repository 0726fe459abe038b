using Qudao.Platform;

namespace Qudao.Training.Trainees;

/// <summary>A person's growth file 成长档案; the partner is the present employer, null for our own people.</summary>
public sealed class TraineeRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string IdentityKey { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Position { get; set; } = "";
    public string? PartnerId { get; set; }
    public string PartnerName { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>For whom somebody worked; no first day where nobody knows it.</summary>
public sealed class EmploymentRow
{
    public string Id { get; set; } = "";
    public string TraineeId { get; set; } = "";
    public string? PartnerId { get; set; }
    public string PartnerName { get; set; } = "";
    public string Position { get; set; } = "";
    public DateOnly? FromDate { get; set; }
    public DateOnly? UntilDate { get; set; }
}

/// <summary>Every statement on growth files.</summary>
public static class TraineeStore
{
    private const string Columns = """
        id AS Id, version AS Version, identity_key AS IdentityKey, display_name AS DisplayName, phone AS Phone, position AS Position, partner_id AS PartnerId,
        partner_name AS PartnerName, scope_path AS ScopePath, assignee_id AS AssigneeId, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string SelectByKey = $"SELECT {Columns} FROM trainee_files WHERE identity_key = @key";
    private const string Insert = """
        INSERT INTO trainee_files (id, version, identity_key, display_name, phone, position, partner_id, partner_name, scope_path, assignee_id, created_us, updated_us)
        VALUES (@Id, @Version, @IdentityKey, @DisplayName, @Phone, @Position, @PartnerId, @PartnerName, @ScopePath, @AssigneeId, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE trainee_files SET version = version + 1, identity_key = @IdentityKey, display_name = @DisplayName, phone = @Phone, position = @Position, partner_id = @PartnerId,
            partner_name = @PartnerName, scope_path = @ScopePath, assignee_id = @AssigneeId, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string InsertEmployment = """
        INSERT INTO employments (id, trainee_id, partner_id, partner_name, position, from_date, until_date)
        VALUES (@Id, @TraineeId, @PartnerId, @PartnerName, @Position, @FromDate, @UntilDate)
        """;
    private const string EndEmployment = "UPDATE employments SET until_date = @day WHERE trainee_id = @id AND until_date IS NULL";

    public static Task<TraineeRow?> ByKeyAsync(Session s, string key) => s.FirstOrDefaultAsync<TraineeRow>(SelectByKey, new { key });

    public static Task InsertAsync(Tx tx, TraineeRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, TraineeRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"trainees/{row.Id}");
        row.Version++;
    }

    /// <summary>Begins an employment today; the one before ends.</summary>
    public static async Task EmployAsync(Tx tx, TraineeRow row)
    {
        var today = ChinaTime.DateOf(tx.Now);
        await tx.ExecuteAsync(EndEmployment, new { id = row.Id, day = today });
        await tx.ExecuteAsync(InsertEmployment, new EmploymentRow
        {
            Id = tx.NewId(),
            TraineeId = row.Id,
            PartnerId = row.PartnerId,
            PartnerName = row.PartnerName,
            Position = row.Position,
            FromDate = today,
        });
    }
}
