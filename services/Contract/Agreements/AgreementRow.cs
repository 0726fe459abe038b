using System.Text.Json;
using Qudao.Contract.Approvals;
using Qudao.Contract.Instalments;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>Somebody who wrote the draft: created, changed or submitted it.</summary>
public sealed record Author(string Actor, IReadOnlyList<string> Roles);

/// <summary>
/// A reviewer in the approval chain 审批链; AtUs 0 until it is decided. State is "pending", "approved", "returned" or "skipped".
/// </summary>
public sealed record Step(string Role, string State = "pending", string Reviewer = "", string ReviewerName = "", string Comment = "", long AtUs = 0)
{
    /// <summary>Which step it belongs to, from 1; reviewers of one step stand side by side.</summary>
    public int No { get; init; }

    /// <summary>"all" must approve, or "any" decides.</summary>
    public string Mode { get; init; } = PolicyRules.All;

    /// <summary>For whom the reviewer acted, "staff/…", when by delegation.</summary>
    public string For { get; init; } = "";
    public string ForName { get; init; } = "";

    /// <summary>0 until its step is due.</summary>
    public long SinceUs { get; init; }

    /// <summary>When it escalates next; null for never.</summary>
    public long? DueUs { get; init; }
    public int EscalateMinutes { get; init; }
    public string EscalateTo { get; init; } = "";

    /// <summary>The roles that may act too because it waited too long.</summary>
    public IReadOnlyList<string> Escalated { get; init; } = [];
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
}

/// <summary>One thing that happened; For is for whom the actor acted, "staff/…", when by delegation.</summary>
public sealed record Entry(long AtUs, string Action, string Actor, string ActorName, string Comment, string For = "", string ForName = "");

/// <summary>An agreement 协议 as it stands in the table.</summary>
public sealed class AgreementRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string Kind { get; set; } = "";
    public string State { get; set; } = "";

    /// <summary>The role of the step that is due; empty when none is.</summary>
    public string AwaitsRole { get; set; } = "";
    public string? Number { get; set; }
    public string PartnerId { get; set; } = "";
    public long PartnerVersion { get; set; }
    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string Subject { get; set; } = "";
    public string PartyA { get; set; } = "";
    public string PartyB { get; set; } = "";
    public string CityCode { get; set; } = "";
    public DateOnly EffectiveFrom { get; set; }
    public DateOnly EffectiveTo { get; set; }
    public string Terms { get; set; } = "";
    public string Deviations { get; set; } = "";
    public long? AmountFen { get; set; }
    public bool Major { get; set; }
    public DateOnly? SignedDate { get; set; }
    public string DrafterId { get; set; } = "";
    public string DrafterName { get; set; } = "";
    public string TerminationReason { get; set; } = "";
    public string TerminationEvidence { get; set; } = "";

    /// <summary>The policy that gave the chain of the last submission, and its version then.</summary>
    public string PolicyId { get; set; } = "";
    public long PolicyVersion { get; set; }

    /// <summary>"city-agent" or "terminal": what the partner was when this was drafted.</summary>
    public string PartnerLevel { get; set; } = "";
    public long? ReportedUs { get; set; }
    public string ReporterName { get; set; } = "";
    public long? FiledUs { get; set; }
    public string? ArchiveNumber { get; set; }
    public string ArchiveBox { get; set; } = "";

    /// <summary>The agreement this one amends, or renews.</summary>
    public string? AmendsId { get; set; }
    public string? RenewsId { get; set; }

    /// <summary>The signed amendment, and from when it holds instead; the signed renewal.</summary>
    public string? SupersededBy { get; set; }
    public DateOnly? SupersededFrom { get; set; }
    public string? RenewedBy { get; set; }

    /// <summary>Lead days of the last alert, and the day on which the clock looks again.</summary>
    public long? AlertedLead { get; set; }
    public DateOnly NextAlert { get; set; } = DateOnly.MaxValue;
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }

    /// <summary>Why the instalments do not add up to the amount.</summary>
    public string ScheduleReason { get; set; } = "";

    public IReadOnlyList<string> Products { get; set; } = [];

    /// <summary>How it is paid 分期收款; each becomes an instalment when it is signed.</summary>
    public IReadOnlyList<Planned> Schedule { get; set; } = [];
    public IReadOnlyList<Author> Authors { get; set; } = [];
    public IReadOnlyList<Step> Steps { get; set; } = [];
    public IReadOnlyList<Entry> Timeline { get; set; } = [];

    public string ProductsJson { get => Json(Products); set => Products = Read<string>(value); }
    public string ScheduleJson { get => Json(Schedule); set => Schedule = Read<Planned>(value); }
    public string AuthorsJson { get => Json(Authors); set => Authors = Read<Author>(value); }
    // Chains from before steps had numbers went one by one.
    public string StepsJson { get => Json(Steps); set => Steps = [.. Read<Step>(value).Select((step, i) => step.No == 0 ? step with { No = i + 1 } : step)]; }
    public string TimelineJson { get => Json(Timeline); set => Timeline = Read<Entry>(value); }

    /// <summary>Adds to the timeline.</summary>
    public void Note(long atUs, string action, Caller caller, string comment, Acting? acting = null) => Timeline =
        [.. Timeline, new Entry(atUs, action, Actor(caller), caller.Name, comment, acting is { Delegated: true } ? acting.Actor : "", acting is { Delegated: true } ? acting.Name : "")];

    /// <summary>The caller took part in the draft; with which roles matters to who reviews it.</summary>
    public void WrittenBy(Caller caller)
    {
        if (!IsWrittenBy(caller))
            Authors = [.. Authors, new Author(Actor(caller), caller.Roles)];
    }

    public bool IsWrittenBy(Caller caller) => IsWrittenBy(Actor(caller));

    /// <param name="actor">"staff/…", or the subject of others.</param>
    public bool IsWrittenBy(string actor) => Authors.Any(author => author.Actor == actor);

    /// <summary>"staff/…" for members of staff; the subject of others.</summary>
    public static string Actor(Caller caller) => caller.StaffId is null ? caller.Subject : $"staff/{caller.StaffId}";

    private static string Json<T>(IReadOnlyList<T> values) => JsonSerializer.Serialize(values, EventJson.Options);

    private static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json, EventJson.Options) ?? [];
}
