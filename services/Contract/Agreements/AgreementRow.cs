using System.Text.Json;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>Somebody who wrote the draft: created, changed or submitted it.</summary>
public sealed record Author(string Actor, IReadOnlyList<string> Roles);

/// <summary>A step of the approval chain 审批链; AtUs 0 while it is pending. State is "pending", "approved" or "returned".</summary>
public sealed record Step(string Role, string State = "pending", string Reviewer = "", string ReviewerName = "", string Comment = "", long AtUs = 0);

/// <summary>One thing that happened.</summary>
public sealed record Entry(long AtUs, string Action, string Actor, string ActorName, string Comment);

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
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }

    public IReadOnlyList<string> Products { get; set; } = [];
    public IReadOnlyList<Author> Authors { get; set; } = [];
    public IReadOnlyList<Step> Steps { get; set; } = [];
    public IReadOnlyList<Entry> Timeline { get; set; } = [];

    public string ProductsJson { get => Json(Products); set => Products = Read<string>(value); }
    public string AuthorsJson { get => Json(Authors); set => Authors = Read<Author>(value); }
    public string StepsJson { get => Json(Steps); set => Steps = Read<Step>(value); }
    public string TimelineJson { get => Json(Timeline); set => Timeline = Read<Entry>(value); }

    /// <summary>Adds to the timeline.</summary>
    public void Note(long atUs, string action, Caller caller, string comment) =>
        Timeline = [.. Timeline, new Entry(atUs, action, Actor(caller), caller.Name, comment)];

    /// <summary>The caller took part in the draft; with which roles matters to who reviews it.</summary>
    public void WrittenBy(Caller caller)
    {
        if (!IsWrittenBy(caller))
            Authors = [.. Authors, new Author(Actor(caller), caller.Roles)];
    }

    public bool IsWrittenBy(Caller caller) => Authors.Any(author => author.Actor == Actor(caller));

    /// <summary>"staff/…" for members of staff; the subject of others.</summary>
    public static string Actor(Caller caller) => caller.StaffId is null ? caller.Subject : $"staff/{caller.StaffId}";

    private static string Json<T>(IReadOnlyList<T> values) => JsonSerializer.Serialize(values, EventJson.Options);

    private static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json, EventJson.Options) ?? [];
}
