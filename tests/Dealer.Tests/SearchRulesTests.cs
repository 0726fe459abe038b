using FsCheck.Fluent;
using Qudao.Dealer.Search;

namespace Qudao.Dealer.Tests;

/// <summary>What a text is found by, as pure functions.</summary>
public class SearchRulesTests
{
    [TestCase("青岛鲁诺", "qing dao lu nuo")]
    [TestCase("重庆重汽", "chong qing zhong qi")]
    [TestCase("厦门", "xia men")]
    [TestCase("长春长安", "chang chun chang an")]
    [TestCase("乐山六安丽水蚌埠", "le shan lu an li shui beng bu")]
    [TestCase("台州天台", "tai zhou tian tai")]
    [TestCase("成都车行", "cheng du che hang")]
    [TestCase("吕旅", "lv lv")]
    public void Chinese_is_read(string text, string reading) =>
        Assert.That(string.Join(' ', Pinyin.Readings(text).Select(readings => readings[0])), Is.EqualTo(reading));

    [Test]
    public void A_character_of_several_readings_is_found_by_each() =>
        Assert.That(Pinyin.Readings("行").Single(), Is.EqualTo(new[] { "xing", "hang" }));

    [TestCase("qdln", 0)]
    [TestCase("QDLN", 0)]
    [TestCase("青岛鲁诺", 0)]
    [TestCase("qingdaolunuo", 0)]
    [TestCase("qingdao lunuo", 0)]
    [TestCase("qingd", 0)]
    [TestCase("鲁诺", 1)]
    [TestCase("lunuo", 1)]
    [TestCase("lnqc", 1)]
    [TestCase("４ｓ", 1)]
    [TestCase("青岛鲁诺汽车销售服务有限公司4S店", 0)]
    [TestCase("qd鲁诺", 9)]
    [TestCase("qingdln", 9)]
    [TestCase("qdlunuo", 9)]
    [TestCase("鲁诺 青岛", 9)]
    [TestCase("qiche lunuo", 9)]
    [TestCase("lunuo 张伟", 9)]
    [TestCase("zhangwei", 3)]
    [TestCase("zw", 3)]
    [TestCase("13800138000", 4)]
    [TestCase("138-0013", 4)]
    [TestCase("+86 138 0013 8000", 4)]
    [TestCase("88889999", 4)]
    [TestCase("053288889999", 4)]
    [TestCase("济南", null)]
    [TestCase("qdlx", null)]
    [TestCase("鲁诺 济南", null)]
    [TestCase("13800138001", null)]
    public void A_partner_is_found(string typed, int? tier)
    {
        var entry = new SearchEntry("p", "青岛鲁诺汽车销售服务有限公司（4S店）", "张伟", "13800138000 / 0532-88889999", "3702");
        var query = new SearchQuery(typed, seesPhones: true);
        var hit = query.FirstHit(entry);
        if (tier is null)
            Assert.That(hit, Is.Null);
        else
            Assert.That(hit is { } at ? (query.Segment(at.Segment)!.Loose ? 9 : query.Segment(at.Segment)!.Tier) : (int?)null, Is.EqualTo(tier));
    }

    [TestCase("qingdao")]
    [TestCase("qd")]
    [TestCase("青岛")]
    public void The_city_finds_its_partners(string typed) =>
        Assert.That(new SearchQuery(typed, true).FirstHit(new SearchEntry("p", "鲁诺店", "", "", "3702"))?.Term, Is.EqualTo("3702"));

    [Test]
    public void Who_may_not_read_phones_finds_them_whole_only()
    {
        var entry = new SearchEntry("p", "鲁诺店", "", "13800138000", "3702");
        Assert.That(new SearchQuery("1380013", seesPhones: false).FirstHit(entry), Is.Null);
        Assert.That(new SearchQuery("13800138000", seesPhones: false).FirstHit(entry), Is.Not.Null);
    }

    /// <summary>Whatever part of a name is typed, by characters, initials or pinyin, the name is found, and by a term that the index has.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property Any_part_in_any_spelling_is_found() =>
        Prop.ForAll(Names().ToArbitrary(), Gen.Choose(0, 20).Two().ToArbitrary(), Gen.Choose(0, 2).ListOf(25).ToArbitrary(), (name, part, spelling) =>
        {
            var entry = new SearchEntry("p", name, "", "", "3201");
            var from = part.Item1 % name.Length;
            var length = 1 + part.Item2 % (name.Length - from);
            var readings = Pinyin.Readings(name);
            var typed = string.Concat(Enumerable.Range(from, length).Select(at => readings[at].Length == 0 || spelling[at] == 0 ? name[at].ToString()
                : spelling[at] == 1 ? readings[at][0][..1] : readings[at][0]));
            return entry.Matches(new SearchQuery(typed, true)).Label($"{typed} in {name}");
        });

    /// <summary>One way of spelling all through is a direct hit: the index finds it without guessing.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public FsCheck.Property One_spelling_all_through_is_a_direct_hit() =>
        Prop.ForAll(Names().ToArbitrary(), Gen.Choose(0, 20).Two().ToArbitrary(), Gen.Choose(0, 2).ToArbitrary(), (name, part, spelling) =>
        {
            var entry = new SearchEntry("p", name, "", "", "3201");
            var from = part.Item1 % name.Length;
            var length = 1 + part.Item2 % (name.Length - from);
            var readings = Pinyin.Readings(name);
            var typed = string.Concat(Enumerable.Range(from, length).Select(at => readings[at].Length == 0 || spelling == 0 ? name[at].ToString()
                : spelling == 1 ? readings[at][0][..1] : readings[at][0]));
            var query = new SearchQuery(typed, true);
            return (query.FirstHit(entry) is { } hit && !query.Segment(hit.Segment)!.Loose).Label($"{typed} in {name}");
        });

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool Whatever_is_typed_does_no_harm(string? typed)
    {
        var query = new SearchQuery(typed ?? "", true);
        _ = query.FirstHit(new SearchEntry("p", typed ?? "", typed ?? "", typed ?? "", "3201"));
        return query.Segment(100) is null;
    }

    private static FsCheck.Gen<string> Names() =>
        Gen.Elements("青岛鲁诺汽车销售服务有限公司", "重庆长安4S店", "南京协众江宁店", "长春一汽解放", "厦门信达诺", "乐山六安bmw行", "安安恩恩", "上海世纪顺奥").Select(name => name);
}
