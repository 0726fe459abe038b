using Qudao.Dealer.Diversions;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Staff;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.Territories;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>Every statement of the Stores, on each database: what is written is read back, and what must be unique is.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class StoreTests(DatabaseUnderTest database)
{
    private static readonly Scope Jiangsu = new("/hq/js/", null);

    private ServiceUnderTest? service;

    private Db Db => service!.Db;

    [OneTimeSetUp]
    public async Task StartAsync() => service = await ServiceUnderTest.StartAsync(new DealerModule(), new ServiceOptions { Database = database });

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (service is not null)
            await service.DisposeAsync();
    }

    [Test]
    public async Task Organisations()
    {
        var row = new OrganisationRow { Id = "ah", Name = "安徽中心", Kind = "centre", ParentId = "hq", ProvinceCode = "34", ScopePath = "/hq/ah/", Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        await Db.WriteAsync(tx => OrganisationStore.InsertAsync(tx, row));
        Same(await Db.ReadAsync(s => OrganisationStore.GetAsync(s, "ah", new Scope("/hq/", null))), row);
        Same(await Db.ReadAsync(s => OrganisationStore.FindAsync(s, "ah")), row);
        Same(await Db.ReadAsync(s => OrganisationStore.OfProvinceAsync(s, "34")), row);
        Assert.That(await Db.ReadAsync(s => OrganisationStore.GetAsync(s, "ah", Jiangsu)), Is.Null);
        Assert.That((await Db.ReadAsync(s => OrganisationStore.ListAsync(s, new Scope("/hq/ah/", null), Page()))).Select(r => r.Id), Is.EqualTo(new[] { "ah" }));
        Assert.That(async () => await Db.WriteAsync(tx => OrganisationStore.InsertAsync(tx, row)), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("ORGANISATION_EXISTS"));
    }

    [Test]
    public async Task People()
    {
        var row = new StaffRow { Id = "s1", Name = "王伟", OrganisationId = "js", RolesJson = """["salesperson"]""", Phone = "1", PartnerId = "p0", Active = true, ScopePath = "/hq/js/", Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        await Db.WriteAsync(tx => StaffStore.InsertAsync(tx, row));
        Same(await Db.ReadAsync(s => StaffStore.GetAsync(s, "s1", Jiangsu)), row);
        row.ScopePath = "/hq/js/p0/";
        await Db.WriteAsync(tx => StaffStore.UpdateAsync(tx, row));
        Same((await Db.ReadAsync(s => StaffStore.OfPartnerAsync(s, "p0"))).Single(), row);
        Assert.That(row.Version, Is.EqualTo(2));
        Assert.That(await Db.ReadAsync(s => StaffStore.ListAsync(s, Jiangsu, Page(), "js")), Has.Count.EqualTo(1));
        Assert.That(await Db.ReadAsync(s => StaffStore.ListAsync(s, Jiangsu, Page(), "zj")), Is.Empty);
    }

    [Test]
    public async Task Partners()
    {
        var row = Shop("p1", "南京[一]店100%");
        row.AssigneeId = "wang";
        await Db.WriteAsync(tx => PartnerStore.InsertAsync(tx, row));
        Same(await Db.ReadAsync(s => PartnerStore.GetAsync(s, "p1", new Scope("/hq/js/", "wang"))), row);
        Assert.That(await Db.ReadAsync(s => PartnerStore.GetAsync(s, "p1", new Scope("/hq/js/", "li"))), Is.Null);
        Same(await Db.ReadAsync(s => PartnerStore.ByNameAsync(s, "js", row.NameKey, "3201")), row);
        (row.TrainedDate, row.AnnualVolume, row.Stage) = (new DateOnly(2026, 11, 10), 12, "trained");
        await Db.WriteAsync(tx => PartnerStore.UpdateAsync(tx, row));
        Same(await Db.ReadAsync(s => PartnerStore.FindAsync(s, "p1")), row);

        Assert.That(async () => await Db.WriteAsync(tx => PartnerStore.InsertAsync(tx, Shop("p2", row.Name))), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("DUPLICATE_PARTNER"));
        row.Version--;
        Assert.That(async () => await Db.WriteAsync(tx => PartnerStore.UpdateAsync(tx, row)), Throws.TypeOf<Refusal>().With.Property("Reason").EqualTo("ETAG_MISMATCH"));

        var wang = new Scope("/hq/js/", "wang");
        foreach (var (filter, found) in new[] { (new PartnerFilter("trained", "3201", "terminal"), 1), (new PartnerFilter("signed", "", ""), 0), (new PartnerFilter("", "3202", ""), 0) })
            Assert.That(await Db.ReadAsync(s => PartnerStore.ListAsync(s, wang, Page(), filter)), Has.Count.EqualTo(found), filter.ToString());
    }

    [Test]
    public async Task Surveys()
    {
        var partner = Shop("p3", "苏州店");
        var row = new SurveyRow
        {
            Id = "v1",
            PartnerId = "p3",
            OrganisationId = "js",
            Month = "2026-11",
            Province = "江苏",
            City = "昆山",
            Name = "苏州店",
            AnnualVolume = 5,
            IsTarget = true,
            CityCode = "3205",
            ScopePath = partner.ScopePath,
            Version = 1,
            CreatedUs = 1,
            UpdatedUs = 2,
        };
        await Db.WriteAsync(tx => SurveyStore.InsertAsync(tx, row));
        Same(await Db.ReadAsync(s => SurveyStore.GetAsync(s, "v1", Jiangsu)), row);
        (row.IsTarget, row.AnnualVolume, row.City) = (null, null, "苏州");
        await Db.WriteAsync(tx => SurveyStore.UpdateAsync(tx, row));
        Same(await Db.ReadAsync(s => SurveyStore.OfPartnerAsync(s, "p3", "2026-11")), row);
        Assert.That(await Db.ReadAsync(s => SurveyStore.CountAsync(s, "js", "2026-11")), Is.EqualTo(1));
        partner.AssigneeId = "wang";
        await Db.WriteAsync(tx => SurveyStore.FollowPartnerAsync(tx, partner));
        var mine = await Db.ReadAsync(s => SurveyStore.ListAsync(s, new Scope("/hq/js/", "wang"), new SurveyFilter("2026-11", "js", "3205", "p3"), "", 10));
        Assert.That(mine.Select(r => r.Id), Is.EqualTo(new[] { "v1" }));

        Assert.That(await Db.WriteAsync(tx => SurveyStore.SubmitAsync(tx, "js", "2026-11")), Is.EqualTo(1));
        Assert.That(await Db.WriteAsync(tx => SurveyStore.SubmitAsync(tx, "js", "2026-11")), Is.EqualTo(2));
        Assert.That(await Db.ReadAsync(s => SurveyStore.ImportAsync(s, "o1")), Is.Null);
        foreach (var counted in new byte[][] { [1], [2, 3] })
        {
            await Db.WriteAsync(tx => SurveyStore.SaveImportAsync(tx, "o1", counted));
            Assert.That(await Db.ReadAsync(s => SurveyStore.ImportAsync(s, "o1")), Is.EqualTo(counted));
        }
    }

    [Test]
    public async Task Visits()
    {
        var row = new VisitRow
        {
            Id = "w1",
            PartnerId = "p4",
            PartnerName = "店",
            OrganisationId = "js",
            StaffName = "王伟",
            Kind = "phone",
            State = "planned",
            PlannedDate = new DateOnly(2026, 11, 20),
            // Far in the future, so that the running sweep leaves it alone.
            DueUs = 9_000_000_000_000_000,
            ScopePath = "/hq/js/p4/",
            AssigneeId = "wang",
            Version = 1,
            CreatedUs = 1,
            UpdatedUs = 2,
        };
        await Db.WriteAsync(tx => VisitStore.InsertAsync(tx, row));
        Same(await Db.ReadAsync(s => VisitStore.GetAsync(s, "w1", Jiangsu)), row);
        (row.NextVisitDate, row.TalkUs, row.ReportedUs, row.SignedClient, row.Content) = (new DateOnly(2026, 12, 1), 3, 4, true, "谈");
        await Db.WriteAsync(tx => VisitStore.UpdateAsync(tx, row));
        Same(await Db.ReadAsync(s => VisitStore.GetAsync(s, "w1", Jiangsu)), row);
        Assert.That((await Db.ReadAsync(s => VisitStore.OverdueAsync(s, row.DueUs, 10))).Select(r => r.Id), Is.EqualTo(new[] { "w1" }));
        Assert.That(await Db.ReadAsync(s => VisitStore.OverdueAsync(s, row.DueUs - 1, 10)), Is.Empty);
        Assert.That(await Db.ReadAsync(s => VisitStore.ListAsync(s, Jiangsu, Page(), new VisitFilter("2026-11-20", "2026-11-20", "p4", "planned", "wang"))), Has.Count.EqualTo(1));
        Assert.That(await Db.ReadAsync(s => VisitStore.ListAsync(s, Jiangsu, Page("2026-11-20|w1"), new VisitFilter("", "", "p4", "", ""))), Is.Empty);
        Assert.That(await Db.ReadAsync(s => VisitStore.ListAsync(s, Jiangsu, Page(), new VisitFilter("2026-11-21", "", "p4", "", ""))), Is.Empty);
        var partner = Shop("p4", "店");
        partner.ScopePath = "/hq/js/agent/p4/";
        await Db.WriteAsync(tx => VisitStore.FollowPartnerAsync(tx, partner));
        Assert.That((await Db.ReadAsync(s => VisitStore.GetAsync(s, "w1", Jiangsu)))!.ScopePath, Is.EqualTo("/hq/js/agent/p4/"));
    }

    [Test]
    public async Task Territories()
    {
        var row = Claim("t1", "3202");
        Assert.That(await Db.WriteAsync(tx => TerritoryStore.TryTakeAsync(tx, row)), Is.True);
        Assert.That(await Db.WriteAsync(tx => TerritoryStore.TryTakeAsync(tx, Claim("t2", "3202"))), Is.False);
        Same((await Db.ReadAsync(s => TerritoryStore.LiveAsync(s, "3202"))).Single(), row);
        Assert.That((await Db.ReadAsync(s => TerritoryStore.ExpiredAsync(s, row.ReserveUntilUs, 10))).Select(r => r.Id), Does.Contain("t1"));
        Assert.That(await Db.ReadAsync(s => TerritoryStore.LiveOfPartnerAsync(s, row.PartnerId)), Has.Count.EqualTo(1));
        await Db.WriteAsync(tx => TerritoryStore.FollowPartnerAsync(tx, Shop(row.PartnerId, "代理")));
        row.State = "released";
        await Db.WriteAsync(tx => TerritoryStore.UpdateAsync(tx, row));
        Assert.That(await Db.ReadAsync(s => TerritoryStore.LiveAsync(s, "3202")), Is.Empty);
        Assert.That(await Db.WriteAsync(tx => TerritoryStore.TryTakeAsync(tx, Claim("t3", "3202"))), Is.True, "a released city is free");
        Assert.That(await Db.ReadAsync(s => TerritoryStore.ListAsync(s, Jiangsu, Page(), "3202")), Has.Count.EqualTo(2));

        var conflict = new TerritoryConflictRow { Id = "c1", CityCode = "3202", HolderId = "a", ClaimantId = "b", AgreementId = "g", IsOpen = true, ScopePath = "/hq/js/b/", Version = 1, CreatedUs = 1 };
        await Db.WriteAsync(tx => TerritoryStore.InsertConflictAsync(tx, conflict));
        Same(await Db.ReadAsync(s => TerritoryStore.OpenConflictAsync(s, "3202", "g")), conflict);
        Assert.That(await Db.ReadAsync(s => TerritoryStore.ListConflictsAsync(s, Jiangsu, Page())), Has.Count.EqualTo(1));
        conflict.Id = "c2";
        Assert.That(async () => await Db.WriteAsync(tx => TerritoryStore.InsertConflictAsync(tx, conflict)), Throws.Exception.Matches<Exception>(Db.Dialect.IsUniqueViolation));
    }

    [Test]
    public async Task Survey_versions_marks_and_imports()
    {
        var partner = Shop("p8", "无锡店");
        await Db.WriteAsync(tx => PartnerStore.InsertAsync(tx, partner));
        var row = new SurveyRow { Id = "v8", PartnerId = "p8", OrganisationId = "js", Month = "2026-10", Name = "无锡店", Brands = "福特", CityCode = "3201", Source = "import", EditorName = "王伟", ScopePath = partner.ScopePath, Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        await Db.WriteAsync(tx => SurveyStore.InsertAsync(tx, row));
        var changed = row.Copy();
        (changed.Brands, changed.AnnualVolume, changed.IsTarget, changed.Source) = ("林肯", 7, true, "edit");
        await Db.WriteAsync(async tx =>
        {
            await SurveyVersionStore.KeepAsync(tx, row);
            await SurveyStore.UpdateAsync(tx, changed);
            await SurveyVersionStore.MarkAsync(tx, changed, null, "重点", Caller.System);
        });
        var kept = (await Db.ReadAsync(s => SurveyVersionStore.ListAsync(s, "v8", 2, 10))).Single();
        Assert.That((kept.Brands, kept.AnnualVolume, kept.IsTarget, kept.Source, kept.Version), Is.EqualTo(("福特", (long?)null, (bool?)null, "import", 1L)));
        Assert.That(await Db.ReadAsync(s => SurveyVersionStore.GetAsync(s, "v8", 9)), Is.Null);
        var mark = (await Db.ReadAsync(s => SurveyVersionStore.MarksAsync(s, "p8", Page()))).Single();
        Assert.That((mark.IsTarget, mark.WasTarget, mark.Reason), Is.EqualTo((true, (bool?)null, "重点")));
        Assert.That((await Db.ReadAsync(s => SurveyStore.LatestBeforeAsync(s, "p8", "2026-11")))?.Id, Is.EqualTo("v8"));
        Assert.That(await Db.ReadAsync(s => SurveyStore.LatestBeforeAsync(s, "p8", "2026-10")), Is.Null);
        Assert.That(await Db.ReadAsync(s => SurveyStore.IsLatestAsync(s, "p8", "2026-09")), Is.False);
        Assert.That(await Db.ReadAsync(s => SurveyStore.OfTwoMonthsAsync(s, Jiangsu, "2026-10", "2026-09", "js", "p7", 10)), Has.Count.EqualTo(1));

        var count = (await Db.ReadAsync(s => SurveyMonthStore.CountsAsync(s, new Scope(partner.ScopePath, null), "2026-10"))).Single();
        Assert.That((count.OrganisationId, count.Shops, count.Updated), Is.EqualTo(("js", 1L, 1L)));
        var missing = (await Db.ReadAsync(s => SurveyMonthStore.MissingAsync(s, new Scope(partner.ScopePath, null), "js", "2026-11", Page()))).Single();
        Assert.That((missing.PartnerId, missing.LatestMonth, missing.LatestId), Is.EqualTo(("p8", "2026-10", "v8")));
        Assert.That(await Db.ReadAsync(s => SurveyMonthStore.MissingAsync(s, "js", "2026-11")), Is.GreaterThan(0));
        Assert.That(await Db.ReadAsync(s => SurveyMonthStore.SubmissionsAsync(s, "js", "2020-01")), Is.Zero);

        await Db.WriteAsync(async tx =>
        {
            await SurveyImportStore.InsertFileAsync(tx, new SurveyFileRow { OperationId = "o8", Month = "2026-10", Body = [1, 2], CreatedUs = tx.NowMicros });
            await SurveyImportStore.InsertFaultsAsync(tx, "o8", 3, [new SheetError(5, "城市", "没有", "none"), new SheetError(5, "电话", "错", "wrong")]);
        });
        Assert.That((await Db.ReadAsync(s => SurveyImportStore.FileAsync(s, "o8")))!.Body, Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That((await Db.ReadAsync(s => SurveyImportStore.FaultsAsync(s, "o8"))).Select(f => (f.Line, f.Header, f.MessageZh)), Is.EqualTo(new[] { (3, "城市", "没有"), (3, "电话", "错") }));
        Assert.That(await Db.ReadAsync(s => SurveyImportStore.OwnAsync(s, "o8", "nobody")), Is.Null);
    }

    [Test]
    public async Task Visit_reminders_and_calendars()
    {
        var day = new DateOnly(2026, 12, 1);
        var row = new VisitReminderRow { Id = "r9", VisitId = "w9", PartnerId = "p9", PartnerName = "店", State = "open", DueDate = day, RemindUs = 9_000_000_000_000_000, ScopePath = "/hq/js/p9/", AssigneeId = "wang", Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        var visit = new VisitRow { Id = "w10", PartnerId = "p9", OrganisationId = "js", Kind = "phone", State = "planned", PlannedDate = day, DueUs = 9_500_000_000_000_000, ScopePath = "/hq/js/p9/", AssigneeId = "wang", Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        await Db.WriteAsync(async tx =>
        {
            await VisitReminderStore.InsertAsync(tx, row);
            await VisitStore.InsertAsync(tx, visit);
        });
        Same(await Db.ReadAsync(s => VisitReminderStore.GetAsync(s, "r9", Jiangsu)), row);
        var all = new VisitReminderFilter("open", "2026-12-01", "2026-12-01", "wang", "p9");
        Assert.That(await Db.ReadAsync(s => VisitReminderStore.ListAsync(s, Jiangsu, Page(), all)), Has.Count.EqualTo(1));
        Assert.That(await Db.ReadAsync(s => VisitReminderStore.ListAsync(s, Jiangsu, Page("2026-12-01|r9"), all)), Is.Empty);
        Assert.That((await Db.ReadAsync(s => VisitReminderStore.CountsAsync(s, Jiangsu, all))).Select(c => (c.Day, c.Number)), Is.EqualTo(new[] { (day, 1L) }));
        Assert.That(await Db.ReadAsync(s => VisitReminderStore.OpenUntilAsync(s, visit)), Has.Count.EqualTo(1));
        Assert.That(await Db.ReadAsync(s => VisitReminderStore.CoveringAsync(s, "p9", day, "w9")), Is.EqualTo("w10"));
        Assert.That(await Db.ReadAsync(s => VisitReminderStore.CoveringAsync(s, "p9", day.AddDays(1), "w9")), Is.Null);
        Assert.That(await Db.ReadAsync(s => VisitReminderStore.DueAsync(s, 9_000_000_000_000_000, 10)), Has.Count.EqualTo(1));
        var stale = (await Db.ReadAsync(s => VisitReminderStore.GetAsync(s, "r9", Jiangsu)))!;
        Assert.That(await Db.WriteAsync(tx => VisitReminderStore.TryTellAsync(tx, row)), Is.True);
        Assert.That(await Db.WriteAsync(tx => VisitReminderStore.TryTellAsync(tx, stale)), Is.False);
        (row.State, row.DoneBy) = ("done", "w10");
        await Db.WriteAsync(tx => VisitReminderStore.UpdateAsync(tx, row));
        Same((await Db.ReadAsync(s => VisitReminderStore.DoneByAsync(s, "w10"))).Single(), row);
        var partner = Shop("p9", "店");
        (partner.AssigneeId, partner.ScopePath) = ("li", "/hq/js/agent/p9/");
        await Db.WriteAsync(tx => VisitReminderStore.FollowPartnerAsync(tx, partner));
        var followed = (await Db.ReadAsync(s => VisitReminderStore.GetAsync(s, "r9", Jiangsu)))!;
        Assert.That((followed.ScopePath, followed.AssigneeId), Is.EqualTo(("/hq/js/agent/p9/", "wang")), "who did it stays");

        Assert.That((await Db.ReadAsync(s => VisitCalendarStore.CountsAsync(s, Jiangsu, day, day, "wang"))).Select(c => (c.Day, c.State, c.Number)), Is.EqualTo(new[] { (day, "planned", 1L) }));
        Assert.That((await Db.ReadAsync(s => VisitCalendarStore.WeekAsync(s, Jiangsu, day, day, 1))).Select(c => (c.StaffId, c.Planned, c.Fixed)), Is.EqualTo(new[] { ("wang", 1L, 0L) }));
        Assert.That(await Db.ReadAsync(s => VisitCalendarStore.VisitorsAsync(s, new Scope("/hq/nowhere/", null))), Is.Empty);
    }

    [Test]
    public async Task Diversions()
    {
        var row = new DiversionRow { Id = "d1", State = "claimed", Filer = "chen", AccusedText = "谁", CityCode = "3201", FoundDate = new DateOnly(2026, 11, 18), Description = "发现", Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        var partner = Shop("pd", "代理");
        await Db.WriteAsync(async tx =>
        {
            await DiversionStore.InsertAsync(tx, row);
            await DiversionStore.InsertPartyAsync(tx, DiversionCase.PartyOf("d1", DiversionStore.Claimant, Shop("pc", "举报方")));
            await DiversionStore.ReplaceAccusedAsync(tx, DiversionCase.PartyOf("d1", DiversionStore.Accused, partner));
            await DiversionStore.InsertGoodsAsync(tx, new DiversionGoodsRow { CaseId = "d1", Product = "终端", Serials = "1\n2", Quantity = 2 });
            await DiversionFileStore.InsertAsync(tx, new DiversionNoteRow { Id = "n1", CaseId = "d1", Text = "记", CreatedUs = 1 });
            await DiversionFileStore.InsertAsync(tx, new DiversionEvidenceRow { Id = "e1", CaseId = "d1", Side = "accused", FileName = "a.pdf", Sha256 = "ff", CreatedUs = 1 });
        });
        var (manager, accused) = (Caller.System with { Scope = Jiangsu }, Caller.System with { PartnerId = "pd", Scope = new Scope(partner.ScopePath, null) });
        Same(await Db.ReadAsync(s => DiversionStore.GetAsync(s, "d1", manager)), row);
        Assert.That(await Db.ReadAsync(s => DiversionStore.GetAsync(s, "d1", accused)), Is.Null, "not opened yet");
        Assert.That(await Db.ReadAsync(s => DiversionStore.GetAsync(s, "d1", manager with { Scope = new Scope("/hq/zj/", null) })), Is.Null);
        Assert.That(await Db.ReadAsync(s => DiversionStore.GetAsync(s, "d1", manager with { StaffId = "chen", Scope = new Scope("/hq/zj/", "chen") })), Is.Not.Null, "who claimed");
        (row.State, row.Opened, row.Ruling, row.AppealDueUs, row.FinalKind, row.SuspendedUntilUs) = ("ruled", true, [1], 8_000_000_000_000_000, "fine", 8_500_000_000_000_000);
        await Db.WriteAsync(tx => DiversionStore.UpdateAsync(tx, row));
        Same(await Db.ReadAsync(s => DiversionStore.GetAsync(s, "d1", accused)), row);
        Assert.That(await Db.ReadAsync(s => DiversionStore.AppealOverAsync(s, 8_000_000_000_000_000, 10)), Is.EqualTo(new[] { "d1" }));
        Assert.That(await Db.ReadAsync(s => DiversionStore.SuspensionOverAsync(s, 9_000_000_000_000_000, 10)), Is.EqualTo(new[] { "d1" }));
        Assert.That(await Db.ReadAsync(s => DiversionStore.StatementOverAsync(s, 9_000_000_000_000_000, 10)), Is.Empty);
        foreach (var (filter, found) in new[] { (new DiversionFilter("ruled", "pd", "pc", "3201"), 1), (new DiversionFilter("claimed", "", "", ""), 0), (new DiversionFilter("", "pc", "", ""), 0) })
            Assert.That(await Db.ReadAsync(s => DiversionStore.ListAsync(s, manager, Page(), filter)), Has.Count.EqualTo(found), filter.ToString());
        Assert.That((await Db.ReadAsync(s => DiversionStore.GoodsAsync(s, ["d1"])))["d1"].Single().Serials, Is.EqualTo("1\n2"));
        Assert.That((await Db.ReadAsync(s => DiversionStore.CountStatesAsync(s, manager, 0, 9))).Select(c => (c.Value, c.Number)), Is.EqualTo(new[] { ("ruled", 1L) }));
        Assert.That((await Db.ReadAsync(s => DiversionStore.CountCitiesAsync(s, manager, 0, 9))).Single().Value, Is.EqualTo("3201"));
        Assert.That((await Db.ReadAsync(s => DiversionStore.CountProductsAsync(s, manager, 0, 9))).Single().Value, Is.EqualTo("终端"));
        Assert.That((await Db.ReadAsync(s => DiversionStore.CountPartnersAsync(s, manager, 0, 9))).Single().Name, Is.EqualTo("代理"));
        Assert.That(await Db.ReadAsync(s => DiversionStore.CountOffendersAsync(s, manager, 0, 9)), Is.Empty);
        Assert.That(await Db.ReadAsync(s => DiversionFileStore.NotesAsync(s, "d1", Page())), Has.Count.EqualTo(1));
        Assert.That(await Db.ReadAsync(s => DiversionFileStore.EvidenceAsync(s, "d1", "claimant", "", 10)), Is.Empty);
        Assert.That((await Db.ReadAsync(s => DiversionFileStore.GetAsync(s, "d1", "e1", "accused")))!.FileName, Is.EqualTo("a.pdf"));
        Assert.That((await Db.ReadAsync(s => DiversionFileStore.CountAsync(s, "d1")), await Db.ReadAsync(s => DiversionFileStore.IsUsedAsync(s, "ff"))), Is.EqualTo((1L, true)));
        partner.ScopePath = "/hq/zj/pd/";
        await Db.WriteAsync(tx => DiversionStore.FollowPartnerAsync(tx, partner));
        Assert.That((await Db.ReadAsync(s => DiversionStore.PartiesAsync(s, ["d1"])))["d1"].Select(p => p.ScopePath), Is.EquivalentTo(new[] { "/hq/js/pc/", "/hq/zj/pd/" }));
    }

    private static Page Page(string after = "") => new(10, after, "");

    private static PartnerRow Shop(string id, string name) => new()
    {
        Id = id,
        Name = name,
        NameKey = PartnerRules.NameKey(name),
        Kind = EnumText.Of(PartnerKind.Terminal),
        Stage = EnumText.Of(PartnerStage.Surveyed),
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
        ScopePath = $"/hq/js/{id}/",
        Version = 1,
        CreatedUs = 1,
        UpdatedUs = 2,
    };

    private static TerritoryRow Claim(string id, string city) => new()
    {
        Id = id,
        CityCode = city,
        PartnerId = $"partner-{id}",
        AgreementId = "a",
        State = "reserved",
        ReserveUntilUs = 9_000_000_000_000_000,
        OrganisationId = "js",
        ScopePath = "/hq/js/x/",
        Version = 1,
        CreatedUs = 1,
        UpdatedUs = 2,
    };

    private static void Same<T>(T? read, T written) =>
        Assert.That(System.Text.Json.JsonSerializer.Serialize(read), Is.EqualTo(System.Text.Json.JsonSerializer.Serialize(written)));
}
