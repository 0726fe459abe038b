using Google.Protobuf;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>
/// The long work behind SurveyService.ImportSurveys. Goes through the file in steps, each one transaction that stores
/// rows, counts and progress together; a run that a restart cut off goes on after its last step. The last step submits
/// the survey.
/// </summary>
public sealed class SurveyImport(Db db, JobRun run, ImportSurveysRequest request, List<SurveyLine> lines, SurveyHomes homes)
{
    public const string Kind = "survey-import";

    private const int StepRows = 100;
    private const int KeptErrors = 1000;

    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var db = services.GetRequiredService<Db>();
        var request = ImportSurveysRequest.Parser.ParseFrom(run.Argument);
        var homes = await db.ReadAsync(s => SurveyHomes.ReadAsync(s, run.Caller.OrganisationId));
        // One that was asked for by an earlier version of this service holds its file itself.
        var file = request.File is { } held ? held.Data.ToByteArray() : (await db.ReadAsync(s => SurveyImportStore.FileAsync(s, run.Id)))!.Body;
        var lines = SurveyForm.Read(file).Select(homes.Check).ToList();
        return await new SurveyImport(db, run, request, lines, homes).RunAsync();
    }

    private async Task<SurveyImportResult> RunAsync()
    {
        var done = (int)run.ProgressDone;
        while (done < lines.Count)
        {
            var from = done;
            done = Math.Min(done + StepRows, lines.Count);
            await db.WriteAsync(tx => StepAsync(tx, from, done));
        }
        return Reported(await db.ReadAsync(CountedAsync));
    }

    private async Task StepAsync(Tx tx, int from, int until)
    {
        var counted = await CountedAsync(tx);
        // A centre that was moved or closed since the last step: the import stops, and says so.
        foreach (var home in lines[from..until].Where(l => l.Entry is not null).Select(l => homes.Of(l.Cells.CityCode)).DistinctBy(h => h.Id))
            await OrganisationWrites.HoldAsync(tx, home);
        for (var i = from; i < until; i++)
        {
            var colleague = await TakenAsync(tx, lines[i]);
            await SurveyImportStore.InsertFaultsAsync(tx, run.Id, i, colleague is null ? lines[i].Errors : [.. lines[i].Errors, colleague]);
            if (colleague is not null)
                Add(counted, colleague);
            else if (lines[i].Entry is { } entry)
                await EnterAsync(tx, entry, counted);
        }
        await SurveyStore.SaveImportAsync(tx, run.Id, counted.ToByteArray());
        await run.ProgressAsync(tx, until, lines.Count);
        if (until == lines.Count && !request.DryRun)
            await SubmitAsync(tx, counted);
    }

    private async Task<SheetError?> TakenAsync(Tx tx, SurveyLine line)
    {
        if (run.Caller.Scope.Assignee is null || line.Cells.CityCode.Length == 0 || line.NameKey.Length == 0)
            return null;
        var home = homes.Of(line.Cells.CityCode);
        var partner = await PartnerStore.ByNameAsync(tx, home.Id, line.NameKey, line.Cells.CityCode);
        return partner is null ? null : SurveyRules.TakenByColleague(partner, run.Caller, line);
    }

    private async Task EnterAsync(Tx tx, SurveyEntry entry, SurveyImportResult counted)
    {
        var home = homes.Of(entry.CityCode);
        var partner = await PartnerStore.ByNameAsync(tx, home.Id, entry.NameKey, entry.CityCode);
        var survey = partner is null ? null : await SurveyStore.OfPartnerAsync(tx, partner.Id, request.Month);
        var says = survey is null || !SurveyRules.Same(survey, entry.Cells);
        // What the month's survey says already is left alone, even where people have corrected the client file since.
        var merges = partner is not null && says && SurveyRules.Merge(partner, entry.Cells);
        var takesOver = partner is { AssigneeId: null } && run.Caller.Scope.Assignee is not null;
        if (survey is null)
            counted.Created++;
        else if (says || merges || takesOver)
            counted.Updated++;
        else
            counted.Unchanged++;
        if (request.DryRun)
            return;

        if (partner is null)
            partner = await CreatePartnerAsync(tx, entry, home);
        else if (merges || takesOver)
            await UpdatePartnerAsync(tx, partner, takesOver);
        if (says)
            await SurveyWrites.SaveAsync(tx, survey, entry.Cells, partner, request.Month, SurveySource.Import, "", run.Caller);
    }

    private async Task<PartnerRow> CreatePartnerAsync(Tx tx, SurveyEntry entry, OrganisationRow home)
    {
        var id = tx.NewId();
        var row = new PartnerRow
        {
            Id = id,
            Name = entry.Cells.Name,
            NameKey = entry.NameKey,
            Kind = EnumText.Of(PartnerKind.Terminal),
            Stage = EnumText.Of(PartnerStage.Surveyed),
            ProvinceCode = entry.ProvinceCode,
            CityCode = entry.CityCode,
            OrganisationId = home.Id,
            ScopePath = $"{home.ScopePath}{id}/",
            AssigneeId = run.Caller.Scope.Assignee,
            Version = 1,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        SurveyRules.Merge(row, entry.Cells);
        await PartnerWrites.CreateAsync(tx, row);
        await tx.AuditAsync(run.Caller, "partner.create", $"partners/{id}", row.ScopePath, row.AssigneeId, new { row.Name, row.CityCode, Import = run.Id });
        return row;
    }

    private async Task UpdatePartnerAsync(Tx tx, PartnerRow partner, bool takesOver)
    {
        if (takesOver)
            partner.AssigneeId = run.Caller.Scope.Assignee;
        await PartnerWrites.SaveAsync(tx, partner, partner.Stage);
        if (takesOver)
            await PartnerWrites.CarryAlongAsync(tx, partner);
        await tx.AuditAsync(run.Caller, "partner.update", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId, new { Import = run.Id, Etag = Etag.Of(partner.Version) });
    }

    /// <summary>The survey of each centre with a sound row in the file is submitted, even when nothing changed.</summary>
    private async Task SubmitAsync(Tx tx, SurveyImportResult counted)
    {
        foreach (var home in lines.Where(l => l.Entry is not null).Select(l => homes.Of(l.Cells.CityCode)).DistinctBy(h => h.Id))
            await SurveyWrites.SubmitAsync(tx, home, request.Month, run.Caller);
        await tx.AuditAsync(run.Caller, "survey.import", $"dealer/operations/{run.Id}", homes.Own.ScopePath, run.Caller.StaffId,
            new { request.Month, counted.Created, counted.Updated, counted.Unchanged, Errors = counted.ErrorCount + lines.Sum(l => l.Errors.Count) });
    }

    private async Task<SurveyImportResult> CountedAsync(Session s) =>
        await SurveyStore.ImportAsync(s, run.Id) is { } bytes ? SurveyImportResult.Parser.ParseFrom(bytes) : new SurveyImportResult { Month = request.Month, DryRun = request.DryRun };

    /// <summary>Adds the faults of the file itself, which are the same however often it is read, to those the steps met.</summary>
    private SurveyImportResult Reported(SurveyImportResult counted)
    {
        foreach (var error in lines.SelectMany(l => l.Errors))
            Add(counted, error);
        var first = counted.Errors.OrderBy(e => e.Row).ToList();
        counted.Errors.Clear();
        counted.Errors.Add(first);
        return counted;
    }

    private static void Add(SurveyImportResult counted, SheetError error)
    {
        counted.ErrorCount++;
        if (counted.Errors.Count < KeptErrors)
            counted.Errors.Add(new SurveyImportError { Row = error.Row, Column = error.Column, MessageZh = error.Zh, MessageEn = error.En, Sheet = error.Sheet });
    }
}

/// <summary>Which organisation a province's rows belong to, for one who enters them.</summary>
public sealed class SurveyHomes
{
    private readonly Dictionary<string, OrganisationRow> ofProvince = [];

    private SurveyHomes(OrganisationRow own) => Own = own;

    public OrganisationRow Own { get; }

    public static async Task<SurveyHomes> ReadAsync(Session s, string organisationId)
    {
        var own = await OrganisationStore.FindAsync(s, organisationId) ?? throw Errors.NotFound($"organisations/{organisationId}");
        var homes = new SurveyHomes(own);
        foreach (var province in Divisions.Provinces)
            if (await OrganisationStore.OfProvinceAsync(s, province.Code) is { } centre)
                homes.ofProvince[province.Code] = centre;
        return homes;
    }

    /// <summary>The line with the fault that it is not for this organisation to enter, if that is so.</summary>
    public SurveyLine Check(SurveyLine line)
    {
        if (line.Cells.CityCode.Length == 0 || SurveyRules.Foreign(Own, line) is not { } fault)
            return line;
        // Whether a shop there is known, and whose it is, is not for the caller to learn.
        line.Cells.CityCode = "";
        return line with { Errors = [.. line.Errors, fault] };
    }

    /// <summary>The centre whose province it is; else the own organisation, which is headquarters then.</summary>
    public OrganisationRow Of(string cityCode) => ofProvince.GetValueOrDefault(cityCode[..2], Own);
}
