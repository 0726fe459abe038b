using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Qudao.Platform;

namespace Qudao.ServiceTicket.Policies;

/// <summary>An SLA policy as it stands in the table; minutes of its calendar.</summary>
public sealed class PolicyRow : IPlaced
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Severity { get; set; } = "";

    /// <summary>"a" to "d" for partners of that credit grade only; "" for all others.</summary>
    public string Grade { get; set; } = "";

    public long? FirstResponseMinutes { get; set; }
    public long? ResolutionMinutes { get; set; }
    public string Calendar { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public long Version { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>An escalation chain as it stands in the table.</summary>
public sealed class ChainRow : IPlaced
{
    public string Id { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Kind { get; set; } = "";

    /// <summary>JSON.</summary>
    public string Steps { get; set; } = "";

    public string ScopePath { get; set; } = "";
    public long Version { get; set; }
    public long UpdatedUs { get; set; }

    public IReadOnlyList<Step> ReadSteps() => JsonSerializer.Deserialize<Step[]>(Steps, JsonSerializerOptions.Web)!;

    public void WriteSteps(IEnumerable<Step> steps) => Steps = JsonSerializer.Serialize(steps, JsonSerializerOptions.Web);
}

/// <summary>SLA policies and escalation chains.</summary>
public static class PolicyStore
{
    private const string PolicyColumns = """
        id AS Id, organisation_id AS OrganisationId, kind AS Kind, severity AS Severity, grade AS Grade, first_response_minutes AS FirstResponseMinutes,
        resolution_minutes AS ResolutionMinutes, calendar AS Calendar, scope_path AS ScopePath, version AS Version, updated_us AS UpdatedUs
        """;
    private const string ChainColumns = """
        id AS Id, organisation_id AS OrganisationId, kind AS Kind, steps AS Steps, scope_path AS ScopePath, version AS Version, updated_us AS UpdatedUs
        """;
    // HQ's defaults are everybody's to read.
    private const string Visible = "(organisation_id = 'hq' OR (scope_path >= @ScopeLow AND scope_path < @ScopeHigh))";
    private const string SelectPolicy = $"SELECT {PolicyColumns} FROM sla_policies WHERE id = @Id AND {Visible}";
    private const string SelectPolicies = $"SELECT {PolicyColumns} FROM sla_policies WHERE kind = @Kind AND severity = @Severity AND grade IN ('', @Grade)";
    private const string SelectPolicyPage = $"""
        SELECT {PolicyColumns} FROM sla_policies
        WHERE id > @After AND (@Organisation = '' OR organisation_id = @Organisation) AND {Visible} ORDER BY id LIMIT @n
        """;
    private const string InsertPolicy = """
        INSERT INTO sla_policies (id, organisation_id, kind, severity, grade, first_response_minutes, resolution_minutes, calendar, scope_path, version, updated_us)
        VALUES (@Id, @OrganisationId, @Kind, @Severity, @Grade, @FirstResponseMinutes, @ResolutionMinutes, @Calendar, @ScopePath, @Version, @UpdatedUs)
        """;
    private const string UpdatePolicy = """
        UPDATE sla_policies SET version = version + 1, first_response_minutes = @FirstResponseMinutes, resolution_minutes = @ResolutionMinutes,
            calendar = @Calendar, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectChain = $"SELECT {ChainColumns} FROM escalation_chains WHERE id = @Id AND {Visible}";
    private const string SelectChains = $"SELECT {ChainColumns} FROM escalation_chains WHERE kind = @Kind";
    private const string SelectChainPage = $"""
        SELECT {ChainColumns} FROM escalation_chains
        WHERE id > @After AND (@Organisation = '' OR organisation_id = @Organisation) AND {Visible} ORDER BY id LIMIT @n
        """;
    private const string InsertChain = """
        INSERT INTO escalation_chains (id, organisation_id, kind, steps, scope_path, version, updated_us)
        VALUES (@Id, @OrganisationId, @Kind, @Steps, @ScopePath, @Version, @UpdatedUs)
        """;
    private const string UpdateChain = """
        UPDATE escalation_chains SET version = version + 1, steps = @Steps, updated_us = @UpdatedUs WHERE id = @Id AND version = @Version
        """;

    public static Task<PolicyRow?> PolicyAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<PolicyRow>(SelectPolicy, new { Id = id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>Every organisation's policy for a kind, severity and credit grade, and for partners of any grade.</summary>
    public static Task<List<PolicyRow>> PoliciesAsync(Session session, string kind, string severity, string grade) =>
        session.QueryAsync<PolicyRow>(SelectPolicies, new { Kind = kind, Severity = severity, Grade = grade });

    public static Task<List<PolicyRow>> ListPoliciesAsync(Session session, string organisation, Scope scope, string after, int n) =>
        session.QueryAsync<PolicyRow>(SelectPolicyPage, new { Organisation = organisation, scope.ScopeLow, scope.ScopeHigh, After = after, n });

    /// <summary>Inserts a row of version 0, updates any other; refuses (ABORTED) when somebody was faster.</summary>
    public static Task SaveAsync(Tx tx, PolicyRow row) => SaveAsync(tx, InsertPolicy, UpdatePolicy, row, row.Version, version => row.Version = version, $"slaPolicies/{row.Id}");

    public static Task<ChainRow?> ChainAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<ChainRow>(SelectChain, new { Id = id, scope.ScopeLow, scope.ScopeHigh });

    /// <summary>Every organisation's chain for a kind.</summary>
    public static Task<List<ChainRow>> ChainsAsync(Session session, string kind) => session.QueryAsync<ChainRow>(SelectChains, new { Kind = kind });

    public static Task<List<ChainRow>> ListChainsAsync(Session session, string organisation, Scope scope, string after, int n) =>
        session.QueryAsync<ChainRow>(SelectChainPage, new { Organisation = organisation, scope.ScopeLow, scope.ScopeHigh, After = after, n });

    /// <inheritdoc cref="SaveAsync(Tx, PolicyRow)"/>
    public static Task SaveAsync(Tx tx, ChainRow row) => SaveAsync(tx, InsertChain, UpdateChain, row, row.Version, version => row.Version = version, $"escalationChains/{row.Id}");

    /// <inheritdoc cref="SaveAsync(Tx, PolicyRow)"/>
    public static async Task SaveAsync(Tx tx, [ConstantExpected] string insert, [ConstantExpected] string update, object row, long version, Action<long> setVersion, string name)
    {
        if (version > 0)
        {
            await tx.UpdateAsync(update, row, name);
            setVersion(version + 1);
            return;
        }
        setVersion(1);
        try
        {
            await tx.ExecuteAsync(insert, row);
        }
        catch (Exception e) when (tx.Dialect.IsUniqueViolation(e))
        {
            throw Errors.EtagMismatch(name);
        }
    }
}
