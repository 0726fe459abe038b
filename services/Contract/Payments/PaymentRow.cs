using System.Text.Json;
using Qudao.Contract.Agreements;
using Qudao.Platform;

namespace Qudao.Contract.Payments;

/// <summary>An amount for one instalment.</summary>
public sealed record Line(string InstalmentId, long AmountFen);

/// <summary>A hand-off: who did what, how long it had waited, where it stood after it.</summary>
public sealed record PaymentHandOff(string Action, string Actor, string ActorName, string Comment, long SinceUs, long AtUs, string State);

/// <summary>A receipt request 收款申请单 or an invoice request 开票申请单 as it stands in the table, with what its partner is now.</summary>
public sealed class PaymentRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }

    /// <summary>"receipt" or "invoice".</summary>
    public string Kind { get; set; } = "";
    public string State { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public long AmountFen { get; set; }
    public string Note { get; set; } = "";

    /// <summary>Since when it is where it stands.</summary>
    public long SinceUs { get; set; }
    public long SettledFen { get; set; }

    /// <summary>The day the money was received, or the invoice's date.</summary>
    public DateOnly? SettledDate { get; set; }

    /// <summary>The invoice's number, or the bank's reference.</summary>
    public string? DocumentNumber { get; set; }
    public string SignerName { get; set; } = "";
    public DateOnly? SignedDate { get; set; }
    public string Attachment { get; set; } = "";
    public string DrafterId { get; set; } = "";
    public string DrafterName { get; set; } = "";
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }

    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }

    public IReadOnlyList<Line> Lines { get; set; } = [];
    public IReadOnlyList<Line> Allocations { get; set; } = [];
    public IReadOnlyList<PaymentHandOff> Steps { get; set; } = [];

    public string LinesJson { get => Json(Lines); set => Lines = Read<Line>(value); }
    public string AllocationsJson { get => Json(Allocations); set => Allocations = Read<Line>(value); }
    public string StepsJson { get => Json(Steps); set => Steps = Read<PaymentHandOff>(value); }

    /// <summary>Whether the caller took part in writing it.</summary>
    public bool IsWrittenBy(Caller caller) => Steps.Any(step => step.Action is "create" or "update" or "submit" && step.Actor == AgreementRow.Actor(caller));

    private static string Json<T>(IReadOnlyList<T> values) => JsonSerializer.Serialize(values, EventJson.Options);

    private static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json, EventJson.Options) ?? [];
}
