using Google.Api;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.Evaluations;
using Qudao.Reporting.Journals;
using Qudao.Reporting.Network;
using Qudao.Reporting.Projections;
using Qudao.Reporting.V1;
using Qudao.Training.V1;

namespace Qudao.Reporting.Forms;

/// <summary>Makes one form of a set: Reporting's own from its tables, within the caller's scope as it is now; the others where they are kept.</summary>
public static class FormSetFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Registers the services that are asked for their forms.</summary>
    public static void AddFormSources(this IServiceCollection services)
    {
        services.AddServiceClient<SurveyService.SurveyServiceClient>("Dealer");
        services.AddServiceClient<AgreementStatisticsService.AgreementStatisticsServiceClient>("Contract");
    }

    public static Metadata Headers(FormSetAsked asked) => Sources.Headers(asked.Authorization);

    /// <summary>The file, or why it cannot be had.</summary>
    public static async Task<(byte[] File, string Reason)> MakeAsync(IServiceProvider services, Caller caller, FormSetItemRow item, FormSetAsked asked)
    {
        try
        {
            var kind = Codes.To<FormKind>(item.Kind);
            return (FormNames.IsForeign(kind) ? await AskAsync(services, kind, item, Headers(asked)) : Written(await OwnAsync(services, kind, caller, item)), "");
        }
        catch (RpcException e)
        {
            return ([], ReasonOf(e));
        }
        catch (Refusal e)
        {
            return ([], e.Zh);
        }
    }

    /// <summary>Why a service did not give a form, in Chinese.</summary>
    public static string ReasonOf(RpcException e) => e.StatusCode switch
    {
        StatusCode.PermissionDenied => "您没有查看此表的权限。",
        StatusCode.NotFound or StatusCode.InvalidArgument => "没有此表，或您无权查看。",
        StatusCode.Unauthenticated => "您的登录已过期，未能向其他服务取得此表；请重新导出。",
        _ => $"提供此表的服务没有应答：{e.Status.Detail}",
    };

    /// <summary>A form as a file.</summary>
    public static byte[] Written(SheetForm form)
    {
        using var file = new MemoryStream();
        SheetWriter.Write(file, SheetFormat.Xlsx, form);
        return file.ToArray();
    }

    private static Task<byte[]> AskAsync(IServiceProvider services, FormKind kind, FormSetItemRow item, Metadata headers)
    {
        var deadline = DateTime.UtcNow + Patience;
        var organisation = $"organisations/{item.OrganisationId}";
        return ReadAsync(kind switch
        {
            FormKind.MarketSurvey => services.GetRequiredService<SurveyService.SurveyServiceClient>()
                .ExportSurveys(new ExportSurveysRequest { Organisation = organisation, Month = item.Resource }, headers, deadline),
            FormKind.AgreementStatistics => services.GetRequiredService<AgreementStatisticsService.AgreementStatisticsServiceClient>()
                .ExportAgreementStatistics(new ExportAgreementStatisticsRequest { Organisation = organisation, ReportDay = item.Resource }, headers, deadline),
            _ => services.GetRequiredService<TrainingRequestService.TrainingRequestServiceClient>()
                .ExportTrainingRequest(new ExportTrainingRequestRequest { Name = item.Resource }, headers, deadline),
        });
    }

    private static async Task<byte[]> ReadAsync(AsyncServerStreamingCall<HttpBody> call)
    {
        using (call)
        {
            using var file = new MemoryStream();
            await foreach (var piece in call.ResponseStream.ReadAllAsync())
                piece.Data.WriteTo(file);
            return file.ToArray();
        }
    }

    private static Task<SheetForm> OwnAsync(IServiceProvider services, FormKind kind, Caller caller, FormSetItemRow item)
    {
        var db = services.GetRequiredService<Db>();
        var today = ChinaTime.Today(db.Clock);
        return db.ReadAsync(session => kind switch
        {
            FormKind.Decomposition => DecompositionAsync(session, caller, item),
            FormKind.Progress => ProgressAsync(session, caller, item, today),
            FormKind.Evaluation => EvaluationAsync(session, caller, item, today),
            FormKind.ManagerReport => ManagerReport.OfAsync(session, caller, $"organisations/{item.OrganisationId}", Days.Parse($"{item.Resource}-01")!.Value, db.Clock.GetUtcNow()),
            _ => JournalAsync(session, caller, item),
        });
    }

    private static async Task<SheetForm> DecompositionAsync(Session session, Caller caller, FormSetItemRow item)
    {
        var row = await DecompositionStore.GetAsync(session, item.Resource, caller.Scope) ?? throw Errors.NotFound(item.Subject);
        var below = await DecompositionStore.ListAsync(session, new DecompositionFilter("", "", row.Id, ""), caller.Scope, "", DecompositionForms.MostBelow);
        return DecompositionForms.Decomposition(DecompositionMessages.Of(row), [.. below.Select(DecompositionMessages.Of)]);
    }

    private static async Task<SheetForm> ProgressAsync(Session session, Caller caller, FormSetItemRow item, DateOnly today)
    {
        var row = await DecompositionStore.GetAsync(session, item.Resource, caller.Scope) ?? throw Errors.NotFound(item.Subject);
        var last = ChinaTime.EndOfMonth(Days.Parse($"{row.Month}-01")!.Value);
        return DecompositionForms.Progress(await ProgressFigures.OfAsync(session, row, last < today ? last : today, []));
    }

    private static async Task<SheetForm> JournalAsync(Session session, Caller caller, FormSetItemRow item) => JournalForms.Of(await JournalMessages.WholeAsync(session,
        await JournalStore.GetAsync(session, item.Resource, Reader.Of(caller)) ?? throw Errors.NotFound(item.Subject), caller.StaffId));

    private static async Task<SheetForm> EvaluationAsync(Session session, Caller caller, FormSetItemRow item, DateOnly today) => EvaluationForm.Of(await EvaluationMessages.WholeAsync(session,
        await EvaluationStore.GetAsync(session, item.Resource, Reader.Of(caller)) ?? throw Errors.NotFound(item.Subject), caller, today));
}
