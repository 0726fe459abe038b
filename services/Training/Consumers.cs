using Qudao.Events;
using Qudao.Platform;
using Qudao.Training.Requests;

namespace Qudao.Training;

/// <summary>A partner was renamed, moved or given to another salesperson: its requests follow, so that scope stays true.</summary>
public sealed class WhenPartnerChanged : IHear<PartnerChanged>
{
    public Task HearAsync(PartnerChanged happened, Tx tx) => TrainingStore.FollowPartnerAsync(tx, happened);
}
