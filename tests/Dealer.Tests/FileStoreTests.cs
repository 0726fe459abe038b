using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Duplicates;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Search;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>Every statement of search, client file, duplicates and merge, on each database.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class FileStoreTests(DatabaseUnderTest database)
{
    private static readonly Scope Jiangsu = new("/hq/js/", null);
    private static readonly PartnerFilter All = new("", "", "");

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
    public async Task Contacts_and_records()
    {
        var first = new ContactRow { Id = "c1", PartnerId = "p1", Name = "甲", Birthday = new(1985, 6, 1), IsPrimary = true, ConsentUs = 3, Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        var second = new ContactRow { Id = "c2", PartnerId = "p1", Name = "乙", IsPrimary = true, Version = 1, CreatedUs = 1, UpdatedUs = 2 };
        await Db.WriteAsync(tx => ClientFileStore.InsertAsync(tx, first));
        Same(await Db.ReadAsync(s => ClientFileStore.ContactAsync(s, "c1")), first);
        await Db.WriteAsync(tx => ClientFileStore.InsertAsync(tx, second));
        Same(await Db.ReadAsync(s => ClientFileStore.PrimaryAsync(s, "p1")), second);
        var page = await Db.ReadAsync(s => ClientFileStore.ContactsAsync(s, "p1", null, 1));
        Assert.That((await Db.ReadAsync(s => ClientFileStore.ContactsAsync(s, "p1", ClientFileStore.ReadContactKey(ClientFileStore.ContactKey(page[0])), 9))).Select(r => r.Id), Is.EqualTo(new[] { "c1" }));
        (second.Title, second.Birthday) = ("经理", null);
        await Db.WriteAsync(tx => ClientFileStore.UpdateAsync(tx, second));
        await Db.WriteAsync(tx => ClientFileStore.DeleteAsync(tx, second));
        Assert.That(await Db.ReadAsync(s => ClientFileStore.CountContactsAsync(s, "p1")), Is.EqualTo(1));

        foreach (var (id, day) in new[] { ("r1", 1), ("r2", 3), ("r3", 2) })
            await Db.WriteAsync(tx => ClientFileStore.InsertAsync(tx, new RecordRow { Id = id, PartnerId = "p1", Kind = "purchase", OccurDate = new(2026, 11, day), Product = "x", Quantity = 2, AmountFen = 3 }));
        var latest = await Db.ReadAsync(s => ClientFileStore.RecordsAsync(s, "p1", "purchase", null, 1));
        Assert.That((await Db.ReadAsync(s => ClientFileStore.RecordsAsync(s, "p1", "", Page.DayAndId(ClientFileStore.RecordKey(latest[0])), 9))).Select(r => r.Id), Is.EqualTo(new[] { "r3", "r1" }));
        Assert.That(await Db.WriteAsync(tx => ClientFileStore.CorrectAsync(tx, "r1", "r2")), Is.True);
        Assert.That(await Db.WriteAsync(tx => ClientFileStore.CorrectAsync(tx, "r1", "r3")), Is.False);
        Assert.That((await Db.ReadAsync(s => ClientFileStore.RecordAsync(s, "r1")))!.CorrectedBy, Is.EqualTo("r2"));
        Assert.That(await Db.ReadAsync(s => ClientFileStore.CountRecordsAsync(s, "p1", "purchase")), Is.EqualTo(3));

        foreach (var id in new[] { "g1", "g2" })
            await Db.WriteAsync(tx => ClientFileStore.InsertAsync(tx, new GradingRow { Id = id, PartnerId = "p1", Grade = "a", Reason = "r" }));
        Assert.That((await Db.ReadAsync(s => ClientFileStore.GradingsAsync(s, "p1", "g2", 9))).Select(r => r.Id), Is.EqualTo(new[] { "g1" }));
        foreach (var address in new[] { "一", "二" })
            await Db.WriteAsync(tx => ClientFileStore.SaveAsync(tx, new ShippingRow { PartnerId = "p1", Address = address }));
        Assert.That((await Db.ReadAsync(s => ClientFileStore.ShippingAsync(s, "p1")))!.Address, Is.EqualTo("二"));
        Assert.That(await Db.ReadAsync(s => ClientFileStore.LatestVisitAsync(s, "p1")), Is.Null);
        Assert.That(await Db.ReadAsync(s => ClientFileStore.CountVisitsAsync(s, "p1")), Is.Zero);
    }

    [Test]
    public async Task The_index_keys_and_merge()
    {
        var (a, b) = (Shop("m1", "南京协众汽车"), Shop("m2", "协众4S店"));
        await Db.WriteAsync(async tx =>
        {
            await PartnerStore.InsertAsync(tx, a);
            await PartnerStore.InsertAsync(tx, b);
        });
        await Eventually.Async(async () => await Db.ReadAsync(s => SearchStore.IsIndexedAsync(s, "m1")) && await Db.ReadAsync(s => SearchStore.IsIndexedAsync(s, "m2")), TimeSpan.FromSeconds(60), "the sweep has indexed them");
        Assert.That(await Db.ReadAsync(s => SearchStore.WaitingAsync(s, Jiangsu, All, 9)), Is.Empty);
        Assert.That((await Db.ReadAsync(s => SearchStore.InScopeAsync(s, Jiangsu, All, 9))).Select(r => r.Id), Is.EquivalentTo(new[] { "m1", "m2" }));
        Assert.That(await Db.ReadAsync(s => SearchStore.InScopeAsync(s, new Scope("/hq/js/", "wang"), All, 9)), Is.Empty);
        var hits = await Db.ReadAsync(s => SearchStore.InSegmentAsync(s, Jiangsu, All, new SearchSegment(SearchEntry.NameStart, "xz", false), "", "", 9));
        Assert.That(hits.Select(r => r.Id), Is.EqualTo(new[] { "m2" }));
        Assert.That(await Db.ReadAsync(s => SearchStore.InSegmentAsync(s, Jiangsu, All, new SearchSegment(SearchEntry.NameStart, "xz", false), hits[0].Term, "m2", 9)), Is.Empty.Or.All.Property("Id").EqualTo("m2"));
        Assert.That(await Db.ReadAsync(s => SearchStore.InSegmentAsync(s, Jiangsu, All, new SearchSegment(SearchEntry.City, "3201", false), "", "m1", 9)), Has.Count.EqualTo(1));

        var key = (await Db.ReadAsync(s => DuplicateStore.SharedAsync(s, Jiangsu, "js", 10, "", 9))).Single();
        Assert.That((await Db.ReadAsync(s => DuplicateStore.OfKeyAsync(s, Jiangsu, "js", key.Tier, key.Term, 9))).Select(r => r.Id), Is.EqualTo(new[] { "m1", "m2" }));
        Assert.That(await Db.ReadAsync(s => DuplicateStore.SharedAsync(s, Jiangsu, "", key.Tier, key.Term, 9)), Is.Empty);
        foreach (var (first, second) in new[] { ("m1", "m2"), ("m2", "m1") })
            await Db.WriteAsync(tx => DuplicateStore.MarkDistinctAsync(tx, first, second));
        Assert.That(await Db.ReadAsync(s => DuplicateStore.DistinctAsync(s, ["m1", "m2"])), Is.EqualTo(new[] { ("m1", "m2") }));

        await Db.WriteAsync(tx => PartnerMerge.MergeAsync(tx, a, a.Stage, b, Caller.System, new Dictionary<string, long>()));
        Assert.That((await Db.ReadAsync(s => PartnerStore.SurvivorAsync(s, "m2")))!.Id, Is.EqualTo("m1"));
        Assert.That((await Db.ReadAsync(s => PartnerStore.ByNameAsync(s, "js", b.NameKey, "3201")))!.Id, Is.EqualTo("m1"));
        Assert.That(await Db.ReadAsync(s => SearchStore.InSegmentAsync(s, Jiangsu, All, new SearchSegment(SearchEntry.NameStart, "xz", false), "", "", 9)), Is.Empty);
        Assert.That((await Db.ReadAsync(s => Redirects.FindAsync(s, "m2")))!.SurvivorId, Is.EqualTo("m1"));
        Assert.That(await Db.ReadAsync(s => MergeStore.HoldsCityAsync(s, "m1")), Is.False);
        await PartnerMerge.WatchAsync(Db);
        Assert.That((await Db.ReadAsync(s => MergeStore.CountAsync(s, "m2"))).Sum(owned => owned.Total), Is.Zero);
    }

    private static PartnerRow Shop(string id, string name) => new()
    {
        Id = id,
        Name = name,
        NameKey = PartnerRules.NameKey(name),
        Kind = "terminal",
        Stage = "surveyed",
        ProvinceCode = "32",
        CityCode = "3201",
        OrganisationId = "js",
        ScopePath = $"/hq/js/{id}/",
        Version = 1,
    };

    private static void Same<T>(T? read, T written) =>
        Assert.That(System.Text.Json.JsonSerializer.Serialize(read), Is.EqualTo(System.Text.Json.JsonSerializer.Serialize(written)));
}
