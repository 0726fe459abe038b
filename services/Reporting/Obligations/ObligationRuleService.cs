using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;
using Enum = System.Enum;

namespace Qudao.Reporting.Obligations;

/// <summary>The rules that make obligations; HQ keeps them for the whole company.</summary>
public sealed class ObligationRuleService(Db db) : V1.ObligationRuleService.ObligationRuleServiceBase
{
    private const string HqPath = "/hq/";
    private const int PreviewedUnlessSaid = 10;

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
        var caller = Headquarters(context);
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

    public override Task<ObligationRule> CreateObligationRule(CreateObligationRuleRequest request, ServerCallContext context)
    {
        var caller = Headquarters(context);
        Errors.ThrowIfAny(ObligationRules.Create(request.ObligationRule, request.ObligationRuleId));
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            if (await RuleStore.GetAsync(tx, request.ObligationRuleId) is not null)
                throw Errors.Conflict("RULE_EXISTS", "该代码的报送规则已存在。", "There is a rule of this code.");
            var row = ObligationRules.NewRow(request.ObligationRule, request.ObligationRuleId);
            await RuleStore.InsertAsync(tx, row);
            await NetworkStore.TouchAllAsync(tx, ChinaTime.DateOf(tx.Now));
            await tx.AuditAsync(caller, "obligationRule.create", $"obligationRules/{row.Code}", HqPath, null, row);
            return ToMessage(row);
        });
    }

    public override Task<ObligationRule> RetireObligationRule(RetireObligationRuleRequest request, ServerCallContext context)
    {
        var caller = Headquarters(context);
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (!row.Active)
                throw Errors.Precondition("RETIRED", "该规则已停用。", "The rule is retired already.");
            row.Active = false;
            await RuleStore.UpdateAsync(tx, row, request.Name);
            row.Version++;
            await tx.AuditAsync(caller, "obligationRule.retire", request.Name, HqPath, null, new { request.Reason });
            return ToMessage(row);
        });
    }

    public override async Task<ObligationRulePreview> PreviewObligationRule(PreviewObligationRuleRequest request, ServerCallContext context)
    {
        var row = await db.ReadAsync(s => FindAsync(s, request.Name));
        var from = Days.Parse(request.From) ?? ChinaTime.Today(db.Clock);
        var preview = new ObligationRulePreview();
        preview.Rows.Add(ObligationRules.Preview(row, from, request.Count == 0 ? PreviewedUnlessSaid : request.Count, WorkingCalendar.Default).Select(one => new ObligationRulePreview.Types.Row
        {
            Period = one.Period,
            DueDate = $"{one.Due:yyyy-MM-dd}",
            DueSoonDate = $"{one.Due.AddDays(-(int)row.DueSoonDays):yyyy-MM-dd}",
            Deadline = Timestamp.FromDateTimeOffset(ChinaTime.EndOfDay(one.Due.AddDays((int)row.GraceDays))),
        }));
        return preview;
    }

    /// <summary>The caller, if he keeps the rules.</summary>
    private static Caller Headquarters(ServerCallContext context)
    {
        var caller = context.Caller();
        return caller.Scope.Sees(HqPath, caller.Scope.Assignee) ? caller
            : throw new Refusal(StatusCode.PermissionDenied, "HQ_ONLY", "报送规则由总部统一维护。", "The rules are kept by headquarters.");
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

    private static Recurrence ToRecurrence(string text) => Enum.GetValues<Recurrence>().First(recurrence => ObligationRules.RecurrenceText(recurrence) == text);

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
