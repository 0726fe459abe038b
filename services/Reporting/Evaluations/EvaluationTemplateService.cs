using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Evaluations;

/// <summary>Templates 考评模板; HQ keeps them for the whole company.</summary>
public sealed class EvaluationTemplateService(Db db) : V1.EvaluationTemplateService.EvaluationTemplateServiceBase
{
    private const string HqPath = "/hq/";

    public override Task<EvaluationTemplate> CreateEvaluationTemplate(CreateEvaluationTemplateRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        RequireHq(caller);
        var asked = request.EvaluationTemplate;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new TemplateRow
            {
                Id = tx.NewId(),
                Name = asked.DisplayName,
                Cycle = Codes.Of(asked.Cycle),
                Role = asked.Role,
                Active = asked.Active,
                Department = Codes.Of(asked.Department),
                Definition = EvaluationMessages.Kept(asked),
                Version = 1,
            };
            await EvaluationStore.InsertTemplateAsync(tx, row, caller.Name);
            await tx.AuditAsync(caller, "evaluationTemplate.create", $"evaluationTemplates/{row.Id}", HqPath, null, new { row.Name, row.Cycle, row.Role });
            return EvaluationMessages.Of(row);
        });
    }

    public override async Task<EvaluationTemplate> GetEvaluationTemplate(GetEvaluationTemplateRequest request, ServerCallContext context) =>
        EvaluationMessages.Of(await db.ReadAsync(s => FindAsync(s, request.Name)));

    public override async Task<ListEvaluationTemplatesResponse> ListEvaluationTemplates(ListEvaluationTemplatesRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        var rows = await db.ReadAsync(s => EvaluationStore.TemplatesAsync(s, page.After, page.Fetch));
        var reply = new ListEvaluationTemplatesResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.EvaluationTemplates.Add(rows.Select(EvaluationMessages.Of));
        return reply;
    }

    public override Task<EvaluationTemplate> UpdateEvaluationTemplate(UpdateEvaluationTemplateRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        RequireHq(caller);
        var asked = request.EvaluationTemplate;
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, asked.Name);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var template = EvaluationMessages.Of(row);
            EvaluationRules.Apply(template, asked, request.UpdateMask?.Paths ?? []);
            (row.Name, row.Active, row.Definition) = (template.DisplayName, template.Active, EvaluationMessages.Kept(template));
            await EvaluationStore.UpdateTemplateAsync(tx, row, caller.Name);
            await tx.AuditAsync(caller, "evaluationTemplate.update", asked.Name, HqPath, null, new { row.Name, row.Active, row.Version });
            return EvaluationMessages.Of(row);
        }, context.CancellationToken);
    }

    private static void RequireHq(Caller caller)
    {
        if (!caller.Scope.Sees(HqPath, caller.Scope.Assignee))
            throw new Refusal(StatusCode.PermissionDenied, "HQ_ONLY", "考评模板由总部统一维护。", "Templates are kept by headquarters.");
    }

    private static async Task<TemplateRow> FindAsync(Session session, string name) =>
        await EvaluationStore.TemplateAsync(session, Ids.Of(name, "evaluationTemplates")) ?? throw Errors.NotFound(name);
}
