using Qudao.Contract.Agreements;
using Qudao.Contract.Partners;
using Qudao.Contract.People;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>
/// A partner was renamed, moved in the tree or reassigned: its agreements go with it, so that those who may see the
/// partner see them. A terminated partner's agreements stay as they are; HQ ends each by its own decision.
/// </summary>
public sealed class PartnerMoved : IHear<PartnerChanged>
{
    public async Task HearAsync(PartnerChanged happened, Tx tx)
    {
        await PartnerStore.HearAsync(tx, happened);
        await AgreementStore.MoveAsync(tx, happened);
        await Redirects.FollowAsync(tx, happened);
    }
}

/// <summary>Somebody came, left, moved or has other roles: who may review, and for whom, follows.</summary>
public sealed class StaffMoved : IHear<StaffChanged>
{
    public Task HearAsync(StaffChanged happened, Tx tx) => StaffStore.HearAsync(tx, happened);
}

/// <summary>A partner was merged into another: its agreements and its account go over.</summary>
public sealed class AgreementsOfMerged : IHear<PartnerMerged>
{
    public Task HearAsync(PartnerMerged happened, Tx tx) => Redirects.HearAsync(tx, happened, PartnerMerges.MoveAsync);
}
