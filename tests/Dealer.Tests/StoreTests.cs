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
        Assert.That(await Db.ReadAsync(s => VisitStore.ListAsync(s, Jiangsu, Page("2026-11-20|w1"), new VisitFilter("", "", "", "", ""))), Is.Empty);
        Assert.That(await Db.ReadAsync(s => VisitStore.ListAsync(s, Jiangsu, Page(), new VisitFilter("2026-11-21", "", "", "", ""))), Is.Empty);
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
