using Qudao.Dealer.Partners;
using Qudao.Dealer.Search;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Tests;

/// <summary>Finding partners over the running service.</summary>
public class SearchTests
{
    private Network network = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        foreach (var (name, city) in new[] { ("苏州鲁诺汽车", "3205"), ("鲁诺汽车销售服务有限公司", "3202"), ("鲁诺汽车", "3204"), ("常州金鲁诺", "3204"), ("苏州福联", "3205"), ("福联", "3201") })
            await network.Manager.ShopAsync(name, city);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task The_best_hits_come_first()
    {
        Assert.That(await FindAsync(network.Manager, "鲁诺汽车"), Is.EqualTo(new[] { "鲁诺汽车", "鲁诺汽车销售服务有限公司", "苏州鲁诺汽车" }));
        Assert.That(await FindAsync(network.Manager, "lnqc"), Is.EqualTo(new[] { "鲁诺汽车", "鲁诺汽车销售服务有限公司", "苏州鲁诺汽车" }));
        Assert.That(await FindAsync(network.Manager, "suzhou"), Is.EquivalentTo(new[] { "苏州福联", "苏州鲁诺汽车" }));
        Assert.That(await FindAsync(network.Manager, "苏州 福联"), Is.EqualTo(new[] { "苏州福联" }));
        Assert.That(await FindAsync(network.Manager, "%"), Is.Empty);
    }

    [Test]
    public async Task Everybody_finds_within_the_own_scope_only()
    {
        await network.Wang.ShopAsync("王伟鲁诺");
        Assert.That(await FindAsync(network.Wang, "lunuo"), Is.EqualTo(new[] { "王伟鲁诺" }));
        Assert.That(await FindAsync(network.Li, "lunuo"), Is.Empty);
        Assert.That(await FindAsync(network.ZhejiangManager, "lunuo"), Is.Empty);
        Assert.That(await FindAsync(network.Marketing, "lunuo"), Has.Length.EqualTo(5), "headquarters reads along the index");
    }

    [Test]
    public async Task What_is_renamed_is_found_by_its_new_name_only()
    {
        var shop = await network.Manager.ShopAsync("旧名车行");
        shop.DisplayName = "新名车行";
        shop.Phone = "13911112222";
        await network.Manager.Partners.UpdatePartnerAsync(new UpdatePartnerRequest { Partner = shop });
        Assert.That(await FindAsync(network.Marketing, "jiuming"), Is.Empty);
        Assert.That(await FindAsync(network.Marketing, "xinming"), Is.EqualTo(new[] { "新名车行" }));
        Assert.That(await FindAsync(network.Marketing, "1112222"), Is.EqualTo(new[] { "新名车行" }));
    }

    [Test]
    public async Task Partners_of_before_the_index_are_brought_into_it()
    {
        var shop = await network.Manager.ShopAsync("补录的老店");
        await network.Service.Db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("DELETE FROM partner_terms WHERE partner_id = @id", new { id = shop.Name["partners/".Length..] });
            await tx.ExecuteAsync("UPDATE partners SET terms_version = 0 WHERE id = @id", new { id = shop.Name["partners/".Length..] });
        });
        await TestKit.Eventually.Async(async () => (await FindAsync(network.Marketing, "bulu")).Length == 1, TimeSpan.FromSeconds(60), "the sweep has indexed it");
    }

    /// <summary>Along the index as headquarters and through the scope as a centre: the same partners, page by page, each once, in the same order.</summary>
    [Test]
    public async Task Pages_lead_through_all_hits_either_way([Values("qc", "4s", "q", "南", "qc 4s", "qc4s", "1", "n京", "南京 奥迪", "宝马 苏州", "苏 州", "奥迪 qc", "1 南方")] string typed)
    {
        await using var other = await Network.StartAsync();
        var random = new Random(7);
        await other.Service.Db.WriteAsync(async tx =>
        {
            for (var i = 0; i < 300; i++)
                await PartnerStore.InsertAsync(tx, Some(tx, i, random));
        });
        var all = await PagedAsync(other.CentreManager, typed, 1000);
        foreach (var size in new[] { 7, 50 })
        {
            Assert.That(await PagedAsync(other.CentreManager, typed, size), Is.EqualTo(all), "the centre");
            Assert.That(await PagedAsync(other.Marketing, typed, size), Is.EqualTo(all), "headquarters");
        }
        Assert.That(all, Is.Unique);
        Assert.That(all, Is.Not.Empty);
        var query = new SearchQuery(typed, true);
        var rows = await other.Service.Db.ReadAsync(s => s.QueryAsync<SearchableRow>("SELECT id AS Id, name AS Name, contact AS Contact, phone AS Phone, city_code AS CityCode FROM partners"));
        Assert.That(all, Is.EquivalentTo(rows.Where(row => SearchIndex.Entry(row).Matches(query)).Select(row => $"partners/{row.Id}")));
    }

    private static PartnerRow Some(Tx tx, int i, Random random)
    {
        var parts = new[] { "南京", "苏州", "宝马", "奥迪", "清城", "南方" };
        var name = $"{parts[random.Next(6)]}{parts[random.Next(6)]}{i}汽车{(i % 2 == 0 ? "4S店" : "销售")}";
        return new()
        {
            Id = tx.NewId(),
            Name = name,
            NameKey = PartnerRules.NameKey(name),
            Kind = "terminal",
            Stage = "surveyed",
            ProvinceCode = "32",
            CityCode = i % 3 == 0 ? "3201" : "3205",
            Contact = i % 5 == 0 ? "秦车" : "",
            Phone = $"1380013{i:0000}",
            OrganisationId = "js",
            ScopePath = $"/hq/js/{i}/",
            Version = 1,
        };
    }

    private static async Task<List<string>> PagedAsync(Acting caller, string typed, int size)
    {
        var names = new List<string>();
        var request = new ListPartnersRequest { Query = typed, PageSize = size };
        do
        {
            var page = await caller.Partners.ListPartnersAsync(request);
            names.AddRange(page.Partners.Select(partner => partner.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return names;
    }

    private static async Task<string[]> FindAsync(Acting caller, string typed) =>
        [.. (await caller.Partners.ListPartnersAsync(new ListPartnersRequest { Query = typed })).Partners.Select(partner => partner.DisplayName)];
}
