using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Reconciliations;

/// <summary>Reconciliations and statements as callers and other services see them.</summary>
public static class ReconciliationMessages
{
    public static Reconciliation ToMessage(ReconciliationRow row) => new()
    {
        Name = $"reconciliations/{row.Id}",
        Organisation = $"organisations/{row.OrganisationId}",
        OrganisationName = row.OrganisationName,
        CutoffDate = $"{row.CutoffDate:yyyy-MM-dd}",
        Period = row.Period,
        State = row.State,
        StatementCount = row.StatementCount,
        OpenCount = row.OpenCount,
        SentCount = row.SentCount,
        AnsweredCount = row.AnsweredCount,
        AgreedCount = row.AgreedCount,
        DifferingCount = row.DifferingCount,
        SettledCount = row.SettledCount,
        OurFen = row.OurFen,
        DifferenceFen = row.DifferenceFen,
        CreatorName = row.CreatorName,
        CreateTime = Time(row.CreatedUs),
        DoneTime = row.DoneUs is { } done ? Time(done) : null,
        Etag = Etag.Of(row.Version),
    };

    /// <summary>How we came to our explanation is not for people outside.</summary>
    public static ReconciliationStatement ToMessage(StatementRow row, Caller caller)
    {
        var message = new ReconciliationStatement
        {
            Name = $"reconciliationStatements/{row.Id}",
            Reconciliation = $"reconciliations/{row.ReconciliationId}",
            Partner = $"partners/{row.PartnerId}",
            PartnerName = row.PartnerName,
            CutoffDate = $"{row.CutoffDate:yyyy-MM-dd}",
            State = Codes.To<ReconciliationStatementState>(row.State),
            OurFen = row.OurFen,
            DueFen = row.DueFen,
            ReceivedFen = row.ReceivedFen,
            InvoicedFen = row.InvoicedFen,
            TheirNote = row.TheirNote,
            DifferenceFen = row.DifferenceFen,
            Etag = Etag.Of(row.Version),
            UpdateTime = Time(row.UpdatedUs),
        };
        if (row.TheirFen is { } theirs)
            message.TheirFen = theirs;
        if (caller.PartnerId is not null)
            return message;
        message.Items.AddRange(row.Items.Select(item => new DifferenceItem { Kind = Codes.To<DifferenceKind>(item.Kind), AmountFen = item.AmountFen, Reason = item.Reason }));
        message.AdjustmentFen = row.AdjustmentFen;
        (message.FinanceApprover, message.ManagerApprover) = (row.FinanceApproverName, row.ManagerApproverName);
        message.Timeline.AddRange(row.Timeline.Select(entry => new ReconciliationEntry
        {
            Time = Time(entry.AtUs),
            Action = entry.Action,
            Actor = entry.Actor,
            ActorName = entry.ActorName,
            Comment = entry.Comment,
        }));
        return message;
    }

    public static ReconciliationStatementChanged Changed(StatementRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        ReconciliationId = row.ReconciliationId,
        PartnerId = row.PartnerId,
        Period = row.Period,
        State = row.State,
        OurFen = row.OurFen,
        TheirFen = row.TheirFen,
        DifferenceFen = row.DifferenceFen,
    };

    public static AccountsReconciled Done(ReconciliationRow row, string? staffId) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        OrganisationId = row.OrganisationId,
        StaffId = staffId,
        Period = row.Period,
        CutoffDate = row.CutoffDate,
        Statements = row.StatementCount,
        OurFen = row.OurFen,
    };

    private static Timestamp Time(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));
}
