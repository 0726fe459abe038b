using System.Text.Json;
using Qudao.Contract.Agreements;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Reconciliations;

/// <summary>A reconciliation 核对往来账 of an organisation's partners as it stands in the table, with its progress.</summary>
public sealed class ReconciliationRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string OrganisationId { get; set; } = "";
    public string OrganisationName { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public DateOnly CutoffDate { get; set; }
    public string Period { get; set; } = "";
    public string CreatorId { get; set; } = "";
    public string CreatorName { get; set; } = "";
    public long CreatedUs { get; set; }
    public long? DoneUs { get; set; }

    public long OpenCount { get; set; }
    public long SentCount { get; set; }
    public long AnsweredCount { get; set; }
    public long AgreedCount { get; set; }
    public long DifferingCount { get; set; }
    public long SettledCount { get; set; }
    public long OurFen { get; set; }
    public long DifferenceFen { get; set; }

    public long StatementCount => OpenCount + SentCount + AnsweredCount + AgreedCount + DifferingCount + SettledCount;

    public ReconciliationState State => DoneUs is not null ? ReconciliationState.Done : OpenCount > 0 ? ReconciliationState.Open : ReconciliationState.Sent;
}

/// <summary>A part of a difference; Kind is "in-transit", "our-error" or "their-error".</summary>
public sealed record Item(string Kind, long AmountFen, string Reason);

/// <summary>A partner's statement as it stands in the table, with what its partner is now.</summary>
public sealed class StatementRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string ReconciliationId { get; set; } = "";

    /// <summary>The partner as it was when the statement was made.</summary>
    public string AccountId { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string Period { get; set; } = "";
    public DateOnly CutoffDate { get; set; }
    public string State { get; set; } = "";
    public long OurFen { get; set; }
    public long DueFen { get; set; }
    public long ReceivedFen { get; set; }
    public long InvoicedFen { get; set; }
    public long? TheirFen { get; set; }
    public string TheirNote { get; set; } = "";
    public string AnsweredBy { get; set; } = "";
    public long DifferenceFen { get; set; }
    public string ExplainedBy { get; set; } = "";
    public long AdjustmentFen { get; set; }
    public string FinanceApprover { get; set; } = "";
    public string FinanceApproverName { get; set; } = "";
    public string ManagerApprover { get; set; } = "";
    public string ManagerApproverName { get; set; } = "";
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }

    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }

    public IReadOnlyList<Item> Items { get; set; } = [];
    public IReadOnlyList<Entry> Timeline { get; set; } = [];

    public string ItemsJson { get => JsonSerializer.Serialize(Items, EventJson.Options); set => Items = JsonSerializer.Deserialize<List<Item>>(value, EventJson.Options) ?? []; }
    public string TimelineJson { get => JsonSerializer.Serialize(Timeline, EventJson.Options); set => Timeline = JsonSerializer.Deserialize<List<Entry>>(value, EventJson.Options) ?? []; }
}
