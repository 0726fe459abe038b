using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Requests;

namespace Qudao.Training;

/// <summary>A partner was renamed, moved or given to another salesperson: its requests follow, so that scope stays true.</summary>
public sealed class WhenPartnerChanged : IHear<PartnerChanged>
{
    public async Task HearAsync(PartnerChanged happened, Tx tx)
    {
        await TrainingStore.FollowPartnerAsync(tx, happened);
        await Redirects.FollowAsync(tx, happened);
    }
}

/// <summary>A partner was merged into another: its requests go over.</summary>
public sealed class WhenPartnerMerged : IHear<PartnerMerged>
{
    public Task HearAsync(PartnerMerged happened, Tx tx) => Redirects.HearAsync(tx, happened, TrainingStore.MoveAsync);
}

/// <summary>HQ ended the partner's agreement for gross violation 重大违规: what was asked for or scheduled and not held yet is cancelled.</summary>
public sealed class WhenAgreementTerminated : IHear<AgreementTerminated>
{
    public Task HearAsync(AgreementTerminated happened, Tx tx) =>
        TrainingRequestService.CancelAllOfAsync(tx, happened.PartnerId, $"协议 {happened.Number} 已终止：{happened.Reason}");
}

/// <summary>A lecturer left: what was scheduled with him and has not begun waits to be scheduled anew.</summary>
public sealed class WhenLecturerLeft : IHear<StaffChanged>
{
    public async Task HearAsync(StaffChanged happened, Tx tx)
    {
        if (happened.Active)
            return;
        foreach (var request in await TrainingStore.AheadOfLecturerAsync(tx, happened.AggregateId))
            await TrainingRequestService.UnscheduleAsync(tx, request, $"讲师 {happened.Name} 已离职，须重新安排");
    }
}
