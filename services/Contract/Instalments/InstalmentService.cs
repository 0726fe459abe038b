using Grpc.Core;
using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Instalments;

/// <summary>What the manuals leave to be set about money that is due.</summary>
/// <param name="AlertOffsets">
/// Contract:InstalmentAlertDays, with commas between: on how many days after the due date (negative: before it) an open instalment
/// is told of; -7,-1,1,15,30,60,90 unless set.
/// </param>
public sealed record InstalmentSettings(IReadOnlyList<int> AlertOffsets);

/// <summary>Instalments 分期收款 of signed agreements.</summary>
public sealed class InstalmentService(Db db, InstalmentSettings settings) : V1.InstalmentService.InstalmentServiceBase
{
    private DateOnly Today => ChinaTime.Today(db.Clock);

    public override async Task<Instalment> GetInstalment(GetInstalmentRequest request, ServerCallContext context)
    {
        var sight = PartnerSight.Of(context.Caller());
        var row = await db.ReadAsync(s => InstalmentStore.GetAsync(s, Ids.Of(request.Name, "instalments"), sight)) ?? throw Errors.NotFound(request.Name);
        return InstalmentMessages.ToMessage(row, Today);
    }

    public override async Task<ListInstalmentsResponse> ListInstalments(ListInstalmentsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var today = Today;
        var filter = new InstalmentFilter(Ids.Of(request.Agreement, "agreements"), Ids.Of(request.Partner, "partners"), Codes.Of(request.State),
            ServiceRules.Day(request.DueFrom) ?? DateOnly.MinValue, ServiceRules.Day(request.DueTo) ?? DateOnly.MaxValue);
        var rows = await db.ReadAsync(s => InstalmentStore.ListAsync(s, filter, today, PartnerSight.Of(caller), page));
        var next = page.Cut(rows, row => new DayKey(row.DueDate, row.Id).ToString());
        return new ListInstalmentsResponse { Instalments = { rows.Select(row => InstalmentMessages.ToMessage(row, today)) }, NextPageToken = next };
    }

    public override Task<ScheduleInstalmentsResponse> ScheduleInstalments(ScheduleInstalmentsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await AgreementStore.GetAsync(tx, Ids.Of(request.Agreement, "agreements"), caller) ?? throw Errors.NotFound(request.Agreement);
            Etag.Check(request.Etag, row.Version, request.Agreement);
            if (AgreementRules.Refuse(AgreementAction.Schedule, row, caller, []) is { } refusal)
                throw refusal;
            if ((await InstalmentStore.OfAsync(tx, row.Id)).Count > 0 || row.SupersededBy is not null || await AgreementStore.IsFollowedAsync(tx, row.Id))
                throw Errors.Precondition("ALREADY_SCHEDULED", "该协议已有分期或正在变更，请通过协议变更调整。", "The agreement has instalments, or an amendment; they are changed by an amendment.");
            (row.Schedule, row.ScheduleReason) = (InstalmentRules.Plan(request.Instalments), request.InstalmentReason.Trim());
            Errors.ThrowIfAny([.. InstalmentRules.Faults(row.Schedule, row.AmountFen, row.ScheduleReason, "")]);
            await NotedAsync(tx, caller, row, row.ScheduleReason);
            await InstalmentSchedule.StartAsync(tx, caller, row, [], settings.AlertOffsets);
            var made = await InstalmentStore.OfAsync(tx, row.Id);
            return new ScheduleInstalmentsResponse { Instalments = { made.Select(one => InstalmentMessages.ToMessage(one, ChinaTime.DateOf(tx.Now))) } };
        });
    }

    public override Task<Instalment> PostponeInstalment(PostponeInstalmentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await OpenAsync(tx, caller, request.Name, request.Etag, InstalmentRules.RefuseSettled);
            row.DueDate = DateOnly.ParseExact(request.DueDate, "yyyy-MM-dd");
            (row.AlertedOffset, row.NextAlert) = (null, InstalmentRules.Alert(row.DueDate, null, DateOnly.MinValue, settings.AlertOffsets).Next);
            await InstalmentSchedule.ChangedAsync(tx, caller, row, "postpone", request.Reason);
            // The agreement's plan follows, so that what amends it begins with what holds.
            if (await AgreementStore.GetAsync(tx, row.AgreementId) is { } agreement)
            {
                agreement.Schedule = [.. agreement.Schedule.Select(one => one.Number == row.Number ? one with { DueDate = row.DueDate } : one)];
                await NotedAsync(tx, caller, agreement, $"第{row.Number}期 {row.DueDate:yyyy-MM-dd}：{request.Reason}");
            }
            return InstalmentMessages.ToMessage(row, ChinaTime.DateOf(tx.Now));
        });
    }

    public override Task<Instalment> WriteOffInstalment(WriteOffInstalmentRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await OpenAsync(tx, caller, request.Name, request.Etag, InstalmentRules.RefuseWriteOff);
            var given = row.OpenFen;
            (row.WrittenOffFen, row.WriteOffReason) = (row.WrittenOffFen + given, request.Reason);
            await InstalmentSchedule.ChangedAsync(tx, caller, row, "write-off", request.Reason);
            await AccountStore.AddAsync(tx, row.PartnerId, AccountEntryKind.WriteOff, ChinaTime.DateOf(tx.Now), $"instalments/{row.Id}", $"{row.Title}：{request.Reason}", -given, 0);
            return InstalmentMessages.ToMessage(row, ChinaTime.DateOf(tx.Now));
        });
    }

    private static async Task<InstalmentRow> OpenAsync(Tx tx, Caller caller, string name, string etag, Func<InstalmentRow, Refusal?> refuse)
    {
        var row = await InstalmentStore.GetAsync(tx, Ids.Of(name, "instalments"), PartnerSight.Of(caller)) ?? throw Errors.NotFound(name);
        Etag.Check(etag, row.Version, name);
        return refuse(row) is { } refusal ? throw refusal : row;
    }

    private static async Task NotedAsync(Tx tx, Caller caller, AgreementRow agreement, string comment)
    {
        agreement.Note(tx.NowMicros, "schedule", caller, comment);
        agreement.UpdatedUs = tx.NowMicros;
        await AgreementStore.UpdateAsync(tx, agreement);
        await tx.PublishAsync(AgreementMessages.Changed(agreement));
        await tx.AuditAsync(caller, "agreement.schedule", $"agreements/{agreement.Id}", agreement.ScopePath, agreement.AssigneeId, new { agreement.Schedule, agreement.ScheduleReason });
    }
}
