using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Enrolments;
using Qudao.Training.Sessions;

namespace Qudao.Training.Requests;

/// <summary>How requests move with their sessions, their partner and their lecturer.</summary>
public static class TrainingWrites
{
    /// <summary>Cancels everything of a partner that is not held yet, and frees what was booked for it.</summary>
    public static async Task CancelAllOfAsync(Tx tx, string partnerId, string reason)
    {
        foreach (var row in await TrainingStore.OpenOfPartnerAsync(tx, partnerId))
        {
            row.Reason = reason;
            await LeaveSessionAsync(tx, row, reason, Caller.System);
            await FollowAsync(tx, row, TrainingRules.Cancelled, Caller.System);
        }
    }

    /// <summary>A session answers the request, now or at another time than before.</summary>
    public static Task JoinAsync(Tx tx, TrainingRow row, SessionRow session, Caller caller)
    {
        (row.SessionId, row.LecturerId, row.StartUs, row.EndUs, row.Reason) = (session.Id, session.LecturerId, session.StartUs, session.EndUs, "");
        row.Place = session.Place.Length > 0 ? session.Place : row.Place;
        return FollowAsync(tx, row, TrainingRules.Scheduled, caller);
    }

    /// <summary>Takes a scheduled request back to where it waits for a lecturer and a time.</summary>
    public static async Task UnscheduleAsync(Tx tx, TrainingRow row, string reason, Caller caller)
    {
        (row.State, row.SessionId, row.LecturerId, row.StartUs, row.EndUs, row.Reason) = (TrainingRules.Requested, null, null, null, null, reason);
        await TrainingStore.UpdateAsync(tx, row);
        await RecordAsync(tx, row, caller, "training.unscheduled", new { reason });
    }

    /// <summary>Goes where its session went.</summary>
    public static async Task FollowAsync(Tx tx, TrainingRow row, string to, Caller caller)
    {
        TrainingRules.RequireMove(row.State, to);
        var from = row.State;
        row.State = to;
        await TrainingStore.UpdateAsync(tx, row);
        await RecordAsync(tx, row, caller, "training." + to, new { from, to, row.Reason });
    }

    /// <summary>A session of its own is called off; from one with others its people are taken off the roster.</summary>
    public static async Task LeaveSessionAsync(Tx tx, TrainingRow row, string reason, Caller caller)
    {
        if (row.SessionId is not { } id)
            return;
        if (id == row.Id)
        {
            await SessionWrites.CancelAsync(tx, (await SessionStore.AnyAsync(tx, id))!, reason, caller);
            return;
        }
        foreach (var enrolment in (await EnrolmentStore.OfSessionAsync(tx, id)).Where(e => e.PartnerId == row.PartnerId))
            await EnrolmentWrites.WithdrawAsync(tx, enrolment);
        row.SessionId = null;
    }

    /// <summary>Tells the others, and writes it down.</summary>
    public static async Task RecordAsync(Tx tx, TrainingRow row, Caller caller, string action, object detail)
    {
        await tx.PublishAsync(new TrainingRequestChanged
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            PartnerId = row.PartnerId,
            State = row.State,
            CourseId = row.CourseId,
            StartTime = row.StartUs is { } start ? Clock.FromMicros(start) : null,
            ToldRoles = row.State == TrainingRules.Requested ? TrainingRules.ToldOfRequests : [],
        });
        await tx.AuditAsync(caller, action, $"trainingRequests/{row.Id}", row.ScopePath, row.AssigneeId, detail);
    }
}
