using Qudao.Dealer.Partners;
using Qudao.Dealer.Territories;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer;

/// <summary>
/// An agreement was signed: the partner becomes signed, and trained if its training was heard of before; one that was
/// suspended because its agreement had lapsed goes on where it stood; a city agent's city becomes active. A sales contract
/// 销售合同 sells goods and makes nobody a partner.
/// </summary>
public sealed class PartnerSigned : IHear<AgreementSigned>
{
    public async Task HearAsync(AgreementSigned happened, Tx tx)
    {
        if (happened.Kind == PartnerRules.SalesContract)
            return;
        var partner = await PartnerStore.SurvivorAsync(tx, happened.PartnerId)
            ?? throw new InvalidOperationException($"Agreement {happened.AggregateId} was signed with partner {happened.PartnerId}, which is unknown.");
        await SignAsync(tx, partner, happened);
        // The claim was granted before the signing. If its time ran out and another took the city meanwhile, people must rule.
        if (happened.CityCode is { Length: > 0 } cityCode
            && await TerritoryWrites.HoldAsync(tx, partner, cityCode, happened.AggregateId, signed: true) is null)
            await TerritoryWrites.OpenConflictAsync(tx, partner, cityCode, happened.AggregateId);
    }

    private static async Task SignAsync(Tx tx, PartnerRow partner, AgreementSigned happened)
    {
        var previous = partner.Stage;
        partner.AgreedUntil = PartnerRules.AgreedUntil(partner.AgreedUntil, happened.EffectiveTo, happened.AmendsId is not null);
        var stage = partner.LapsedDate is null ? PartnerRules.AfterSigning(EnumText.Parse<PartnerStage>(previous)) : EnumText.Parse<PartnerStage>(partner.SuspendedFrom);
        if (partner.TrainedDate is not null)
            stage = PartnerRules.AfterTraining(stage);
        if (partner.LapsedDate is not null)
            (partner.LapsedDate, partner.SuspendedFrom) = (null, "");
        partner.Stage = EnumText.Of(stage);
        await PartnerWrites.SaveAsync(tx, partner, previous);
        if (partner.Stage != previous)
            await tx.AuditAsync(Caller.System, "partner.stage", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId,
                new { From = previous, To = partner.Stage, Agreement = happened.AggregateId, happened.Number });
    }
}

/// <summary>
/// An agreement ended and nothing renews it: the partner is suspended until it signs again, and gives its city up. One that
/// another agreement binds for longer goes on, whichever of the two was heard of first.
/// </summary>
public sealed class PartnerLapsed : IHear<AgreementExpired>
{
    private const string Reason = "协议到期未续";

    public async Task HearAsync(AgreementExpired happened, Tx tx)
    {
        if (happened.Kind == PartnerRules.SalesContract)
            return;
        var partner = await PartnerStore.SurvivorAsync(tx, happened.PartnerId)
            ?? throw new InvalidOperationException($"Agreement {happened.AggregateId} ended with partner {happened.PartnerId}, which is unknown.");
        var previous = partner.Stage;
        if (partner.AgreedUntil > happened.EffectiveTo || PartnerRules.AfterTermination(EnumText.Parse<PartnerStage>(previous)) is not { } stage)
            return;
        (partner.Stage, partner.SuspendedFrom, partner.LapsedDate) = (EnumText.Of(stage), previous, happened.EffectiveTo);
        await PartnerWrites.SaveAsync(tx, partner, previous);
        await TerritoryWrites.ReleaseAllOfAsync(tx, partner.Id, Reason);
        await tx.AuditAsync(Caller.System, "partner.stage", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId,
            new { From = previous, To = partner.Stage, Agreement = happened.AggregateId, happened.Number, Reason });
    }
}

/// <summary>A training was held and evaluated: a signed partner becomes trained; for one not known as signed yet it is remembered.</summary>
public sealed class PartnerTrained : IHear<TrainingCompleted>
{
    public async Task HearAsync(TrainingCompleted happened, Tx tx)
    {
        var partner = await PartnerStore.SurvivorAsync(tx, happened.PartnerId)
            ?? throw new InvalidOperationException($"Training {happened.AggregateId} was held for partner {happened.PartnerId}, which is unknown.");
        if (partner.TrainedDate is not null)
            return;
        partner.TrainedDate = happened.HeldDate;
        var previous = partner.Stage;
        partner.Stage = EnumText.Of(PartnerRules.AfterTraining(EnumText.Parse<PartnerStage>(previous)));
        await PartnerWrites.SaveAsync(tx, partner, previous);
        await tx.AuditAsync(Caller.System, "partner.stage", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId, new { From = previous, To = partner.Stage, Training = happened.AggregateId });
    }
}

/// <summary>HQ ended an agreement for gross violation 重大违规: the partner is suspended. One that never was signed, or was ended itself, stays as it is.</summary>
public sealed class PartnerSuspended : IHear<AgreementTerminated>
{
    public async Task HearAsync(AgreementTerminated happened, Tx tx)
    {
        var partner = await PartnerStore.SurvivorAsync(tx, happened.PartnerId)
            ?? throw new InvalidOperationException($"Agreement {happened.AggregateId} was ended with partner {happened.PartnerId}, which is unknown.");
        var previous = partner.Stage;
        if (PartnerRules.AfterTermination(EnumText.Parse<PartnerStage>(previous)) is not { } stage)
            return;
        (partner.Stage, partner.SuspendedFrom) = (EnumText.Of(stage), previous);
        await PartnerWrites.SaveAsync(tx, partner, previous);
        await tx.AuditAsync(Caller.System, "partner.stage", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId,
            new { From = previous, To = partner.Stage, Agreement = happened.AggregateId, happened.Number, happened.Reason });
    }
}
