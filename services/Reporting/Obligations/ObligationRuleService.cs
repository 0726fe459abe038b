using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Obligations;

/// <summary>The rules that make obligations; HQ keeps them for the whole company.</summary>
public sealed class ObligationRuleService(Db db) : V1.ObligationRuleService.ObligationRuleServiceBase
{
    private const string HqPath = "/hq/";

    public override async Task<ObligationRule> GetObligationRule(GetObligationRuleRequest request, ServerCallContext context) =>
        ToMessage(await db.ReadAsync(s => FindAsync(s, request.Name)));

    public override async Task<ListObligationRulesResponse> ListObligationRules(ListObligationRulesRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        var rows = await db.ReadAsync(s => RuleStore.ListAsync(s, page.After, page.Fetch));
        var reply = new ListObligationRulesResponse { NextPageToken = page.Cut(rows, row => row.Code) };
        reply.ObligationRules.Add(rows.Select(ToMessage));
        return reply;
    }

    public override Task<ObligationRule> UpdateObligationRule(UpdateObligationRuleRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (!caller.Scope.Sees(HqPath, caller.Scope.Assignee))
            throw new Refusal(StatusCode.PermissionDenied, "HQ_ONLY", "报送规则由总部统一维护。", "The rules are kept by headquarters.");
        var asked = request.ObligationRule;
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, asked.Name);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            IReadOnlyCollection<string> mask = request.UpdateMask?.Paths ?? [];
            ObligationRules.Apply(row, asked, mask);
            Errors.ThrowIfAny([.. ObligationRules.Update(asked, mask), .. ObligationRules.DueDay(row)]);
            await RuleStore.UpdateAsync(tx, row, asked.Name);
            row.Version++;
            // What the rule asks for from now on is made at once; what was made stays as it is.
            await NetworkStore.TouchAllAsync(tx, ChinaTime.DateOf(tx.Now));
            await tx.AuditAsync(caller, "obligationRule.update", asked.Name, HqPath, null, row);
            return ToMessage(row);
        }, context.CancellationToken);
    }

    private static ObligationRule ToMessage(RuleRow row)
    {
        var message = new ObligationRule
        {
            Name = $"obligationRules/{row.Code}",
            DisplayName = row.NameZh,
            DisplayNameEn = row.NameEn,
            Personal = row.Personal,
            Recurrence = ToRecurrence(row.Recurrence),
            DueOffset = (int)row.DueOffset,
            DueMonth = (int)row.DueMonth,
            DueDay = (int)row.DueDay,
            Shift = ToShift(row.Shift),
            GraceDays = (int)row.GraceDays,
            DueSoonDays = (int)row.DueSoonDays,
            Fulfilment = row.Fulfilment,
            Active = row.Active,
            Etag = Etag.Of(row.Version),
        };
        message.Roles.Add(ObligationRules.Split(row.Roles));
        message.Receivers.Add(ObligationRules.Split(row.Receivers));
        return message;
    }

    private static Recurrence ToRecurrence(string text) => text switch
    {
        Recurrences.Daily => Recurrence.Daily,
        Recurrences.Weekly => Recurrence.Weekly,
        Recurrences.Monthly => Recurrence.Monthly,
        Recurrences.Quarterly => Recurrence.Quarterly,
        Recurrences.HalfYearly => Recurrence.HalfYearly,
        Recurrences.Yearly => Recurrence.Yearly,
        Recurrences.Agreement => Recurrence.Agreement,
        _ => Recurrence.Unspecified,
    };

    private static DueDayShift ToShift(string text) => text switch
    {
        "next" => DueDayShift.Next,
        "previous" => DueDayShift.Previous,
        "skip" => DueDayShift.Skip,
        _ => DueDayShift.None,
    };

    private static async Task<RuleRow> FindAsync(Session session, string name) =>
        await RuleStore.GetAsync(session, Ids.Of(name, "obligationRules")) ?? throw Errors.NotFound(name);
}
