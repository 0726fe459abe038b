using Google.Protobuf;
using Google.Protobuf.Collections;
using Qudao.Common.V1;
using Qudao.Dealer.BulkActions;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>Many shops' rows confirmed or marked, as long work with a result for each shop.</summary>
public static class SurveyMany
{
    public const string ConfirmKind = "survey-confirm";
    public const string MarkKind = "survey-target";

    public static async Task<Operation> StartAsync(Tx tx, Caller caller, string service, string kind, byte[] argument, RepeatedField<string> partners, BulkFilter? filter)
    {
        var operation = await tx.StartJobAsync(caller, service, kind, argument);
        var id = Ids.Of(operation.Name, $"{service}/operations");
        // The survey is of shops; agents that the filter would find too are not asked for.
        var shops = filter?.Clone();
        if (shops is { Kind: PartnerKind.Unspecified })
            shops.Kind = PartnerKind.Terminal;
        await tx.SetTotalAsync(operation, await BulkStore.InsertAsync(tx, id, partners, shops, caller.Scope));
        await tx.AuditAsync(caller, kind, operation.Name, caller.Scope.Path, caller.StaffId, new { operation.ProgressTotal });
        return operation;
    }

    /// <summary>The long work behind ConfirmSurveys.</summary>
    public static async Task<IMessage?> ConfirmAsync(IServiceProvider services, JobRun run)
    {
        var db = services.GetRequiredService<Db>();
        var request = ConfirmSurveysRequest.Parser.ParseFrom(run.Argument);
        var result = await new BulkRun(db, run, request.DryRun, (tx, partner, _) => ConfirmAsync(tx, partner, request.Month, run.Caller)).RunAsync();
        if (!request.DryRun && result.Done > 0)
            await db.WriteAsync(tx => SubmitAsync(tx, run, request.Month));
        return result;
    }

    /// <summary>The long work behind MarkSurveyTargets.</summary>
    public static async Task<IMessage?> MarkAsync(IServiceProvider services, JobRun run)
    {
        var request = MarkSurveyTargetsRequest.Parser.ParseFrom(run.Argument);
        return await new BulkRun(services.GetRequiredService<Db>(), run, request.DryRun, (tx, partner, _) => MarkAsync(tx, partner, request, run.Caller)).RunAsync();
    }

    private static async Task<bool> ConfirmAsync(Tx tx, PartnerRow partner, string month, Caller caller)
    {
        if (await SurveyStore.OfPartnerAsync(tx, partner.Id, month) is not null)
            return false;
        var earlier = await SurveyStore.LatestBeforeAsync(tx, partner.Id, month)
            ?? throw Errors.Precondition("NO_EARLIER_SURVEY", $"“{partner.Name}”没有更早月份的调研可以沿用。", $"\"{partner.Name}\" has no survey of an earlier month to confirm.");
        await SurveyEdits.HoldHomeAsync(tx, partner);
        await SurveyWrites.ConfirmAsync(tx, earlier, partner, month, caller);
        return true;
    }

    private static async Task<bool> MarkAsync(Tx tx, PartnerRow partner, MarkSurveyTargetsRequest request, Caller caller)
    {
        var row = await SurveyStore.OfPartnerAsync(tx, partner.Id, request.Month)
            ?? throw Errors.Precondition("NO_SURVEY", $"“{partner.Name}”{request.Month} 月尚无调研，请先填报或沿用。", $"\"{partner.Name}\" has no survey of {request.Month} yet; enter or confirm it first.");
        return await SurveyWrites.MarkAsync(tx, row, partner, request.Target, request.Reason, caller);
    }

    private static async Task SubmitAsync(Tx tx, JobRun run, string month)
    {
        foreach (var organisationId in await BulkStore.OrganisationsAsync(tx, run.Id))
            if (await OrganisationStore.FindAsync(tx, organisationId) is { } home)
                await SurveyWrites.SubmitIfCompleteAsync(tx, home, month, run.Caller);
    }
}
