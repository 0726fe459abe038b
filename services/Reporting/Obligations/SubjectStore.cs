using Qudao.Platform;

namespace Qudao.Reporting.Obligations;

/// <summary>An organisation or person whose obligations are to be made.</summary>
public sealed class SubjectRow
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? StaffId { get; set; }
    public string Roles { get; set; } = "";

    /// <summary>A centre, or somebody who works at one.</summary>
    public bool Active { get; set; }

    public string ScopePath { get; set; } = "";
    public DateOnly CreatedDate { get; set; }
    public DateOnly MaterialiseFrom { get; set; }
    public long Version { get; set; }

    public Subject ToSubject() => new(Id, OrganisationId, StaffId, ObligationRules.Split(Roles), Active, ScopePath, CreatedDate, MaterialiseFrom);
}

/// <summary>Who has days that were not looked at yet.</summary>
public static class SubjectStore
{
    private const string SelectOrganisations = """
        SELECT id AS Id, id AS OrganisationId, CASE WHEN kind = 'centre' AND closed = 0 THEN 1 ELSE 0 END AS Active, scope_path AS ScopePath,
               created_date AS CreatedDate, materialise_from AS MaterialiseFrom, version AS Version
        FROM organisations WHERE materialise_from <= @today ORDER BY id LIMIT @n
        """;

    // A person of an organisation nobody told of yet waits for it.
    private const string SelectStaff = """
        SELECT s.id AS Id, s.organisation_id AS OrganisationId, s.id AS StaffId, s.roles AS Roles,
               CASE WHEN s.active = 1 AND s.partner_id IS NULL AND o.kind = 'centre' AND o.closed = 0 THEN 1 ELSE 0 END AS Active, s.scope_path AS ScopePath,
               s.created_date AS CreatedDate, s.materialise_from AS MaterialiseFrom, s.version AS Version
        FROM staff s JOIN organisations o ON o.id = s.organisation_id WHERE s.materialise_from <= @today ORDER BY s.id LIMIT @n
        """;
    private const string ClaimOrganisation = """
        UPDATE organisations SET materialise_from = @next WHERE id = @Id AND materialise_from = @MaterialiseFrom AND version = @Version
        """;
    private const string ClaimStaff = """
        UPDATE staff SET materialise_from = @next WHERE id = @Id AND materialise_from = @MaterialiseFrom AND version = @Version
        """;

    public static async Task<List<SubjectRow>> DueAsync(Session session, DateOnly today, int n)
    {
        var organisations = await session.QueryAsync<SubjectRow>(SelectOrganisations, new { today, n });
        return organisations.Count > 0 ? organisations : await session.QueryAsync<SubjectRow>(SelectStaff, new { today, n });
    }

    /// <summary>Takes the subject's days up to the one before next; false when somebody else did, or it changed meanwhile.</summary>
    public static async Task<bool> ClaimAsync(Tx tx, SubjectRow row, DateOnly next)
    {
        var values = new { row.Id, row.MaterialiseFrom, row.Version, next };
        return (row.StaffId is null ? await tx.ExecuteAsync(ClaimOrganisation, values) : await tx.ExecuteAsync(ClaimStaff, values)) == 1;
    }
}
