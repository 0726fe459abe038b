using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.Evaluations;
using Qudao.Reporting.Journals;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;
using Qudao.Training.V1;

namespace Qudao.Reporting.Forms;

/// <summary>What was asked for, as the operation keeps it.</summary>
public sealed record FormSetAsked(string Organisation, string Period, IReadOnlyList<FormKind> Kinds, bool Below, string Authorization);

/// <summary>
/// Which forms belong into a set. Of every form and organisation something stands in it: a form to be made, or why there is none.
/// </summary>
public sealed class FormSetPlan
{
    /// <summary>Forms of a set at most.</summary>
    public const int Most = 10_000;

    private const int PageSize = 500;
    private const string None = "本期没有您可查看的此类表单。";

    private readonly List<FormSetItemRow> items = [];
    private readonly HashSet<string> taken = [];
    private readonly IServiceProvider services;
    private readonly Db db;
    private readonly JobRun run;
    private readonly FormSetAsked asked;
    private readonly Period period;
    private readonly DateOnly today;
    private readonly List<OrganisationRow> organisations;

    private FormSetPlan(IServiceProvider services, JobRun run, FormSetAsked asked, List<OrganisationRow> organisations)
    {
        (this.services, this.run, this.asked, this.organisations) = (services, run, asked, organisations);
        db = services.GetRequiredService<Db>();
        period = FormRules.PeriodOf(asked.Period)!.Value;
        today = ChinaTime.Today(db.Clock);
    }

    private DateOnly Until => period.End < today ? period.End : today;

    /// <exception cref="Refusal">NOT_FOUND: the organisation is not there any more; TOO_MANY_FORMS.</exception>
    public static async Task<List<FormSetItemRow>> OfAsync(IServiceProvider services, JobRun run, FormSetAsked asked)
    {
        var organisations = await services.GetRequiredService<Db>().ReadAsync(s => OrganisationsAsync(s, run.Caller.Scope, asked));
        var plan = new FormSetPlan(services, run, asked, organisations);
        foreach (var kind in FormNames.All.Where(asked.Kinds.Contains))
            await plan.AddAsync(kind);
        return plan.items;
    }

    private static async Task<List<OrganisationRow>> OrganisationsAsync(Session session, Scope scope, FormSetAsked asked)
    {
        var id = Ids.Of(asked.Organisation, "organisations");
        var all = await NetworkStore.OrganisationsAsync(session, await Sight.OfAsync(session, scope, asked.Organisation));
        return [.. all.Where(one => asked.Below || one.Id == id).OrderBy(one => one.ScopePath, StringComparer.Ordinal)];
    }

    private async Task AddAsync(FormKind kind)
    {
        var before = items.Count;
        if (FormNames.PermissionOf(kind) is { } permission && !run.Caller.May(permission))
            Missing(kind, "您没有查看此表的权限。", before);
        else if (kind == FormKind.ManagerReport && run.Caller.Scope.Assignee is not null)
            Missing(kind, "月报汇总整个机构的数据，仅限可查看整个机构的人员。", before);
        else
            await AddFormsAsync(kind);
        Missing(kind, None, before);
    }

    private Task AddFormsAsync(FormKind kind) => kind switch
    {
        FormKind.MarketSurvey or FormKind.ManagerReport => ForEachMonth(kind),
        FormKind.AgreementStatistics => ForEachOrganisation(kind, $"{Until:yyyy-MM-dd}"),
        FormKind.TrainingRequest => AddTrainingRequestsAsync(),
        FormKind.Decomposition or FormKind.Progress => AddDecompositionsAsync(kind),
        FormKind.DailyJournal => AddJournalsAsync(kind, JournalKind.Daily),
        FormKind.WeeklyJournal => AddJournalsAsync(kind, JournalKind.Weekly),
        FormKind.MonthlyJournal => AddJournalsAsync(kind, JournalKind.Monthly),
        _ => AddEvaluationsAsync(),
    };

    private Task ForEachMonth(FormKind kind)
    {
        foreach (var month in FormRules.Months(period, today))
            ForEachOrganisation(kind, $"{month:yyyy-MM}");
        return Task.CompletedTask;
    }

    private Task ForEachOrganisation(FormKind kind, string resource)
    {
        foreach (var organisation in organisations)
            Add(kind, organisation, resource, "", resource);
        return Task.CompletedTask;
    }

    /// <summary>The requests of the period, oldest first as Training lists them.</summary>
    private async Task AddTrainingRequestsAsync()
    {
        try
        {
            var client = services.GetRequiredService<TrainingRequestService.TrainingRequestServiceClient>();
            for (var (token, more) = ("", true); more;)
            {
                var page = await client.ListTrainingRequestsAsync(new ListTrainingRequestsRequest { PageSize = PageSize, PageToken = token }, FormSetFiles.Headers(asked));
                foreach (var request in page.TrainingRequests)
                {
                    var day = ChinaTime.DateOf(request.CreateTime.ToDateTimeOffset());
                    if (day >= period.Start && day <= period.End && await PlaceOfAsync(request.Partner) is { } organisation)
                        Add(FormKind.TrainingRequest, organisation, request.Name, request.PartnerDisplayName, $"{day:yyyy-MM-dd}");
                }
                // What is younger is not of the period.
                more = page.NextPageToken.Length > 0 && ChinaTime.DateOf(page.TrainingRequests[^1].CreateTime.ToDateTimeOffset()) <= period.End;
                token = page.NextPageToken;
            }
        }
        catch (RpcException e)
        {
            Missing(FormKind.TrainingRequest, FormSetFiles.ReasonOf(e), items.Count);
        }
    }

    /// <summary>The organisation of the set that a partner belongs to. Of a partner nobody told of yet it is the one that was asked for.</summary>
    private async Task<OrganisationRow?> PlaceOfAsync(string partner)
    {
        var row = await db.ReadAsync(s => NetworkStore.PartnerAsync(s, Ids.Of(partner, "partners"), Caller.System.Scope));
        return organisations.FirstOrDefault(one => one.Id == (row?.OrganisationId ?? Ids.Of(asked.Organisation, "organisations")));
    }

    private async Task AddDecompositionsAsync(FormKind kind)
    {
        foreach (var month in FormRules.Months(period, today))
            foreach (var organisation in organisations)
            {
                var filter = new DecompositionFilter($"{month:yyyy-MM}", organisation.Id, "", "");
                for (var (after, more) = ("", true); more;)
                {
                    var rows = await db.ReadAsync(s => DecompositionStore.ListAsync(s, filter, run.Caller.Scope, after, PageSize));
                    foreach (var row in rows.Where(row => row.State == DecompositionRules.Issued))
                        Add(kind, organisation, row.Id, row.ImplementerName, row.Month);
                    (after, more) = (rows.Count > 0 ? rows[^1].Id : "", rows.Count == PageSize);
                }
            }
    }

    private async Task AddJournalsAsync(FormKind kind, JournalKind journal)
    {
        var filter = new JournalFilter(Codes.Of(journal), "", "", period.Start, Until);
        var reader = Narrowed();
        for (var (after, more) = ((DateOnly.MaxValue, ""), true); more;)
        {
            var rows = await db.ReadAsync(s => JournalStore.ListAsync(s, filter, reader, after, PageSize));
            foreach (var row in rows.Where(row => row.State != JournalRules.Draft))
                if (organisations.FirstOrDefault(one => one.Id == row.OrganisationId) is { } organisation)
                    Add(kind, organisation, row.Id, row.WriterName, row.Period);
            more = rows.Count == PageSize;
            if (more)
                after = (rows[^1].StartDate, rows[^1].Id);
        }
    }

    private async Task AddEvaluationsAsync()
    {
        var reader = Narrowed();
        for (var (after, more) = ("", true); more;)
        {
            var rows = await db.ReadAsync(s => EvaluationStore.PublishedAsync(s, period.Start, period.End, reader, after, PageSize));
            foreach (var row in rows.Where(row => EvaluationRules.PeriodOf(row.Cycle, row.StartDate).End <= period.End))
                if (organisations.FirstOrDefault(one => one.Id == row.OrganisationId) is { } organisation)
                    Add(FormKind.Evaluation, organisation, row.Id, row.SubjectName, row.Period);
            (after, more) = (rows.Count > 0 ? rows[^1].Id : "", rows.Count == PageSize);
        }
    }

    /// <summary>The caller as a reader of this organisation and what is below it.</summary>
    private Reader Narrowed()
    {
        var path = organisations.FirstOrDefault(one => one.Id == Ids.Of(asked.Organisation, "organisations"))?.ScopePath ?? run.Caller.Scope.Path;
        return Reader.Of(run.Caller with { Scope = run.Caller.Scope with { Path = path } });
    }

    private void Add(FormKind kind, OrganisationRow organisation, string resource, string subject, string period, string? missing = null)
    {
        if (items.Count >= Most)
            throw new Refusal(StatusCode.FailedPrecondition, "TOO_MANY_FORMS", $"一套最多 {Most} 份表单，请缩小机构或期间的范围。", $"A set holds {Most} forms at most; ask for less.");
        items.Add(new FormSetItemRow
        {
            OperationId = run.Id,
            Ordinal = items.Count,
            Kind = Codes.Of(kind),
            OrganisationId = organisation.Id,
            OrganisationName = organisation.Name,
            Resource = resource,
            Subject = subject,
            Period = period,
            State = missing is null ? FormSetItemRow.Pending : FormSetItemRow.Missing,
            Reason = missing ?? "",
            FileName = missing is null ? FileName(kind, organisation, subject, period) : "",
        });
    }

    /// <summary>Says why there is no form of this kind, for each organisation that none was added of.</summary>
    private void Missing(FormKind kind, string reason, int since)
    {
        var has = items.Skip(since).Select(item => item.OrganisationId).ToHashSet();
        foreach (var organisation in organisations.Where(one => !has.Contains(one.Id)))
            Add(kind, organisation, "", "", asked.Period, reason);
    }

    private string FileName(FormKind kind, OrganisationRow organisation, string subject, string period)
    {
        var name = $"{FormNames.Segment(organisation.Name)}/{FormNames.Of(kind)} {(subject.Length > 0 ? $"{FormNames.Segment(subject)} " : "")}{period}";
        for (var (n, unique) = (2, name); ; unique = $"{name}（{n++}）")
            if (taken.Add(unique))
                return $"{unique}.xlsx";
    }
}
