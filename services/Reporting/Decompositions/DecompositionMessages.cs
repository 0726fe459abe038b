using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Decompositions;

/// <summary>Decompositions, revisions and reports as the API shows them.</summary>
public static class DecompositionMessages
{
    // A report keeps what its day's version of the contract said.
    private static readonly JsonParser Reading = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static Decomposition Of(DecompositionRow row) => new()
    {
        Name = row.Name,
        Parent = row.ParentId is null ? "" : $"decompositions/{row.ParentId}",
        Organisation = $"organisations/{row.OrganisationId}",
        OrganisationName = row.OrganisationName,
        Month = row.Month,
        Level = Codes.To<DecompositionLevel>(row.Level),
        Implementer = $"staff/{row.ImplementerId}",
        ImplementerName = row.ImplementerName,
        IssuerName = row.IssuerName,
        State = Codes.To<DecompositionState>(row.State),
        Stages = { row.Stages },
        Agents = row.Stages.Sum(stage => stage.Agents),
        Terminals = row.Stages.Sum(stage => stage.Terminals),
        PlanShortfallReason = row.PlanShortfallReason,
        ShortfallReason = row.ShortfallReason,
        Etag = Etag.Of(row.Version),
        IssueTime = row.IssuedUs is { } issued ? At(issued) : null,
        CreateTime = At(row.CreatedUs),
        UpdateTime = At(row.UpdatedUs),
    };

    public static DecompositionRevision Of(RevisionRow row) => new()
    {
        Name = $"decompositions/{row.DecompositionId}/revisions/{row.Id}",
        Stages = { Reading.Parse<Decomposition>(row.Stages).Stages },
        Reason = row.Reason,
        ShortfallReason = row.ShortfallReason,
        EditorName = row.EditorName,
        CreateTime = At(row.CreatedUs),
    };

    public static ProgressReport Whole(ProgressReportRow row)
    {
        var message = InList(row);
        message.Progress = Progress(row);
        return message;
    }

    public static ProgressReport InList(ProgressReportRow row) => new()
    {
        Name = $"decompositions/{row.DecompositionId}/progressReports/{row.Id}",
        Kind = Codes.To<ProgressKind>(row.Kind),
        Period = row.Period,
        SubmitterName = row.SubmitterName,
        SubmitTime = At(row.CreatedUs),
    };

    public static DecompositionProgress Progress(ProgressReportRow row) => Reading.Parse<DecompositionProgress>(row.Body);

    private static Timestamp At(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));
}
