using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>What a final ruling does.</summary>
internal static class DiversionExecution
{
    private const int MostEvidence = 20;

    public static async Task ExecuteAsync(Tx tx, DiversionCase found, Caller caller)
    {
        var row = found.Row;
        var decision = row.Decision is null ? null : DiversionDecision.Parser.ParseFrom(row.Decision);
        if (DiversionRules.Final(DiversionRuling.Parser.ParseFrom(row.Ruling), decision) is not { } ruling || ruling.Kind == DiversionRulingKind.Dismissed)
            throw Errors.Precondition("NOTHING_TO_EXECUTE", "裁定不成立或已撤销，没有可执行的内容。", "The claim was dismissed or the ruling revoked; there is nothing to execute.");
        row.ExecutedUs = tx.NowMicros;
        if (ruling.Kind is DiversionRulingKind.Suspension or DiversionRulingKind.Termination)
            await StopAsync(tx, found, ruling, caller);
        if (ruling.Kind == DiversionRulingKind.Suspension)
            row.SuspendedUntilUs = ChinaTime.EndOfDay(ServiceRules.Day(ruling.SuspendUntil)!.Value).Micros();
        await found.SaveAsync(tx, DiversionState.Executed, "execute", new { row.FinalKind, ruling.FineFen, ruling.SuspendUntil }, caller);
        if (ruling.Kind == DiversionRulingKind.Fine)
            await tx.PublishAsync(FinedOf(found, ruling));
    }

    /// <summary>By the rules of every suspension and termination; the case's evidence is its evidence.</summary>
    private static async Task StopAsync(Tx tx, DiversionCase found, DiversionRuling ruling, Caller caller)
    {
        var partner = (await PartnerStore.SurvivorAsync(tx, found.Accused!.PartnerId!))!;
        var stage = ruling.Kind == DiversionRulingKind.Suspension ? PartnerStage.Suspended : PartnerStage.Terminated;
        // It was stopped so already, for another reason.
        if (partner.Stage == EnumText.Of(stage))
            return;
        var evidence = await DiversionFileStore.EvidenceAsync(tx, found.Row.Id, "", "", MostEvidence);
        var reason = $"窜货案件裁定：{ruling.Reasons}";
        await PartnerActions.AdvanceAsync(tx, partner, stage, reason.Length > 500 ? reason[..500] : reason, [.. evidence.Select(file => $"diversions/{file.CaseId}/evidence/{file.Id}")], caller);
    }

    private static DiversionFined FinedOf(DiversionCase found, DiversionRuling ruling) => new()
    {
        AggregateId = found.Row.Id,
        Version = found.Row.Version,
        ScopePath = found.Place.ScopePath,
        AssigneeId = found.Place.AssigneeId,
        PartnerId = found.Accused!.PartnerId!,
        PartnerName = found.Accused.Name,
        AmountFen = ruling.FineFen,
        Reasons = ruling.Reasons,
        LegalBase = ruling.LegalBase,
    };
}
