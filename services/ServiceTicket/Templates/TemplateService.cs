using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.ServiceTicket.Assignment;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Templates;

/// <summary>Templates for answers 答复模板.</summary>
public sealed class TemplateService(Db db, OrganisationService.OrganisationServiceClient organisations) : AnswerTemplateService.AnswerTemplateServiceBase
{
    public override async Task<AnswerTemplate> CreateAnswerTemplate(CreateAnswerTemplateRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var template = request.AnswerTemplate;
        var code = Ids.Of(template.Organisation, "organisations");
        PolicyRules.RequireMayChange(code, caller);
        var organisation = await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = template.Organisation }, cancellationToken: context.CancellationToken)
            .NamedInAsync("answer_template.organisation", template.Organisation);
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = new TemplateRow { Id = tx.NewId(), OrganisationId = code, ScopePath = await Places.NowAsync(tx, organisation.ScopePath), Version = 1 };
            Apply(row, template, [], tx.NowMicros);
            await TemplateStore.InsertAsync(tx, row);
            await NoteAsync(tx, caller, "answer-template.create", row);
            return ToMessage(row);
        });
    }

    public override async Task<AnswerTemplate> GetAnswerTemplate(GetAnswerTemplateRequest request, ServerCallContext context) =>
        ToMessage(await db.ReadAsync(s => FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListAnswerTemplatesResponse> ListAnswerTemplates(ListAnswerTemplatesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => TemplateStore.ListAsync(s, Words.Of(request.Kind), caller.Scope, page.After, page.Fetch));
        var next = page.Cut(rows, row => row.Id);
        return new ListAnswerTemplatesResponse { AnswerTemplates = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override Task<AnswerTemplate> UpdateAnswerTemplate(UpdateAnswerTemplateRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var template = request.AnswerTemplate;
        return db.WriteAsync(async tx =>
        {
            var row = await FindOwnAsync(tx, template.Name, caller);
            Etag.Check(template.Etag, row.Version, template.Name);
            Apply(row, template, request.UpdateMask?.Paths.ToList() ?? [], tx.NowMicros);
            await TemplateStore.UpdateAsync(tx, row);
            await NoteAsync(tx, caller, "answer-template.update", row);
            return ToMessage(row);
        }, context.CancellationToken);
    }

    public override Task<Empty> DeleteAnswerTemplate(DeleteAnswerTemplateRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var row = await FindOwnAsync(tx, request.Name, caller);
            Etag.Check(request.Etag, row.Version, request.Name);
            await TemplateStore.DeleteAsync(tx, row);
            await NoteAsync(tx, caller, "answer-template.delete", row);
            return new Empty();
        }, context.CancellationToken);
    }

    public override async Task<RenderAnswerTemplateResponse> RenderAnswerTemplate(RenderAnswerTemplateRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return await db.ReadAsync(async s =>
        {
            var template = await FindAsync(s, request.Name, caller);
            var ticket = await TicketStore.GetAsync(s, Ids.Of(request.Ticket, "tickets"), caller.Scope)
                ?? throw Errors.Invalid([Errors.Missing("ticket", request.Ticket)]);
            return new RenderAnswerTemplateResponse { Text = TemplateRules.Render(template.Body, ticket) };
        });
    }

    private static async Task<TemplateRow> FindAsync(Session session, string name, Caller caller) =>
        await TemplateStore.GetAsync(session, Ids.Of(name, "answerTemplates"), caller.Scope) ?? throw Errors.NotFound(name);

    private static async Task<TemplateRow> FindOwnAsync(Session session, string name, Caller caller)
    {
        var row = await FindAsync(session, name, caller);
        PolicyRules.RequireMayChange(row.OrganisationId, caller);
        return await TemplateStore.GetOwnAsync(session, row.Id, caller.Scope) ?? throw Errors.NotFound(name);
    }

    private static Task NoteAsync(Tx tx, Caller caller, string action, TemplateRow row) =>
        tx.AuditAsync(caller, action, $"answerTemplates/{row.Id}", row.ScopePath, null, new { row.Kind, row.DisplayName, row.Body });

    private static void Apply(TemplateRow row, AnswerTemplate template, IReadOnlyCollection<string> mask, long now)
    {
        if (QueueRules.Takes(mask, "kind"))
            row.Kind = Words.Of(template.Kind);
        if (QueueRules.Takes(mask, "display_name"))
            row.DisplayName = template.DisplayName;
        if (QueueRules.Takes(mask, "body"))
            row.Body = template.Body;
        row.UpdatedUs = now;
    }

    private static AnswerTemplate ToMessage(TemplateRow row) => new()
    {
        Name = $"answerTemplates/{row.Id}",
        Organisation = $"organisations/{row.OrganisationId}",
        Kind = Words.Parse<TicketKind>(row.Kind),
        DisplayName = row.DisplayName,
        Body = row.Body,
        Etag = Etag.Of(row.Version),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
    };
}
