using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Calendars;
using Qudao.Training.Lecturers;
using Qudao.Training.Partners;
using Qudao.Training.Requests;
using Qudao.Training.Sessions;

namespace Qudao.Training;

/// <summary>A partner was renamed, moved or given to another salesperson: its requests follow, so that scope stays true.</summary>
public sealed class WhenPartnerChanged : IHear<PartnerChanged>
{
    public async Task HearAsync(PartnerChanged happened, Tx tx)
    {
        await TrainingStore.FollowPartnerAsync(tx, happened);
        await PartnerStore.HearAsync(tx, happened);
        await Redirects.FollowAsync(tx, happened);
    }
}

/// <summary>A partner was merged into another: its requests go over.</summary>
public sealed class WhenPartnerMerged : IHear<PartnerMerged>
{
    public Task HearAsync(PartnerMerged happened, Tx tx) => Redirects.HearAsync(tx, happened, Merges.MoveAsync);
}

/// <summary>HQ ended the partner's agreement for gross violation 重大违规: what was asked for or scheduled and not held yet is cancelled.</summary>
public sealed class WhenAgreementTerminated : IHear<AgreementTerminated>
{
    public Task HearAsync(AgreementTerminated happened, Tx tx) =>
        TrainingWrites.CancelAllOfAsync(tx, happened.PartnerId, $"协议 {happened.Number} 已终止：{happened.Reason}");
}

/// <summary>
/// A lecturer was renamed or moved, or left: then what was scheduled with him and has not begun waits to be scheduled anew –
/// a request to itself, a session with its roster.
/// </summary>
public sealed class WhenLecturerLeft : IHear<StaffChanged>
{
    public async Task HearAsync(StaffChanged happened, Tx tx)
    {
        await LecturerStore.FollowAsync(tx, happened);
        if (happened.Active)
            return;
        var reason = $"讲师 {happened.Name} 已离职，须重新安排";
        foreach (var session in await SessionStore.AheadOfLecturerAsync(tx, happened.AggregateId))
        {
            var requests = await TrainingStore.ScheduledInAsync(tx, session.Id);
            if (requests is [var own] && own.Id == session.Id)
            {
                await SessionWrites.CancelAsync(tx, session, reason, Caller.System);
                await TrainingWrites.UnscheduleAsync(tx, own, reason, Caller.System);
            }
            else
            {
                await SessionWrites.LoseLecturerAsync(tx, session, reason);
            }
        }
    }
}

/// <summary>Who made a calendar feed was moved, got other roles or left: the feed shows what he may see now, or ends.</summary>
public sealed class WhenFeedMakerChanged : IHear<StaffChanged>
{
    public Task HearAsync(StaffChanged happened, Tx tx) => CalendarFeedService.FollowAsync(tx, happened);
}

/// <summary>What goes over when partners are merged.</summary>
public static class Merges
{
    public static async Task MoveAsync(Tx tx, RedirectRow merged)
    {
        // Sessions of requests are found by the partner of the request, so they go first.
        await PartnerStore.MergeAsync(tx, merged);
        await TrainingStore.MoveAsync(tx, merged);
    }
}
