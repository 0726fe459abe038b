using FsCheck.Fluent;
using Qudao.Dealer.Duplicates;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Search;
using Qudao.Dealer.V1;

namespace Qudao.Dealer.Tests;

/// <summary>What makes two partners alike, as pure functions.</summary>
public class DuplicateRulesTests
{
    [TestCase("南京协众汽车销售服务有限公司", "协众")]
    [TestCase("江苏省南京市协众汽车销售有限公司", "协众")]
    [TestCase("协众汽车4S店", "协众")]
    [TestCase("南京协众（江宁）", "协众江宁")]
    [TestCase("南京协众汽车销售有限公司（江宁）", "协众江宁")]
    [TestCase("ＢＭＷ 协众 专营店", "bmw协众")]
    [TestCase("南京汽车", "汽车")]
    public void A_name_has_a_core(string name, string core) => Assert.That(DuplicateRules.CoreName(name, "3201"), Is.EqualTo(core));

    [TestCase("江苏省南京市江宁区宏运大道 2199 号", "宏运大道2199号")]
    [TestCase("南京江宁区宏运大道２１９９号", "宏运大道2199号")]
    [TestCase("宏运大道2199号", "宏运大道2199号")]
    public void An_address_has_a_core(string address, string core) => Assert.That(DuplicateRules.CoreAddress(address, "3201"), Is.EqualTo(core));

    [TestCase("+86 138 0013 8000", "13800138000")]
    [TestCase("0086-13800138000", "13800138000")]
    [TestCase("8613800138000", "13800138000")]
    [TestCase("（025）5210-8888 转 12", "02552108888")]
    [TestCase("025-52108888/13800138000", "02552108888 13800138000")]
    [TestCase("025-52108888、025-52108889", "02552108888 02552108889")]
    [TestCase("13800138000 13900139000", "13800138000 13900139000")]
    [TestCase("400-800-0000", "4008000000")]
    [TestCase("无", "")]
    public void Numbers_are_read_from_what_people_write(string written, string digits) => Assert.That(string.Join(' ', PhoneNumbers.Digits(written)), Is.EqualTo(digits));

    [Test]
    public void A_landline_is_the_same_with_and_without_its_area_code()
    {
        Assert.That(Score("甲店", "025-52108888", "乙店", "52108888"), Is.EqualTo(40));
        Assert.That(Score("甲店", "0512-62108888", "乙店", "62108888"), Is.EqualTo(40));
        Assert.That(Score("甲店", "13800138000", "乙店", "+86 138-0013-8000"), Is.EqualTo(40));
        Assert.That(Score("甲店", "13800138000", "乙店", "13800138001"), Is.Zero);
    }

    [Test]
    public void Agreement_adds_up()
    {
        var a = DuplicateRules.Keys("南京协众汽车销售有限公司", "025-52108888", "江宁区宏运大道2199号", "3201");
        var b = DuplicateRules.Keys("协众4S店", "52108888", "南京市江宁区宏运大道 2199 号", "3201");
        var likeness = DuplicateRules.Compare(a, b);
        Assert.That(likeness.Score, Is.EqualTo(100));
        Assert.That(likeness.Reasons, Is.EqualTo(new[] { DuplicateReason.Name, DuplicateReason.Phone, DuplicateReason.Address }));
        Assert.That(DuplicateRules.Compare(a, DuplicateRules.Keys("协众4S店", "", "", "3202")).Score, Is.Zero, "another city is another shop");
    }

    /// <summary>White space, full-width forms, punctuation, city, trade words and legal form make no difference.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public FsCheck.Property However_it_is_written_it_is_the_same_name() =>
        Prop.ForAll(
            Gen.Elements("协众", "鲁诺宝马", "福联bmw", "信达诺东").ToArbitrary(),
            Gen.Elements("", "南京", "南京市", "江苏南京", "江苏省南京市").Two().ToArbitrary(),
            Gen.Elements("", "汽车销售有限公司", "汽车销售服务有限公司", "4S店", "４Ｓ店", " 专营店", "汽车", "有限责任公司").Two().ToArbitrary(),
            (core, places, endings) =>
            {
                var (a, b) = (places.Item1 + core + endings.Item1, Wide(places.Item2 + " " + core) + endings.Item2);
                return (DuplicateRules.Keys(a, "", "", "3201").Name == DuplicateRules.Keys(b, "", "", "3201").Name).Label($"{a} / {b}");
            });

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Likeness_is_mutual_and_never_over_a_hundred(string? nameA, string? phoneA, string? nameB, string? phoneB)
    {
        var a = DuplicateRules.Keys(nameA ?? "", phoneA ?? "", nameB ?? "", "3201");
        var b = DuplicateRules.Keys(nameB ?? "", phoneB ?? "", nameA ?? "", "3201");
        var (there, back) = (DuplicateRules.Compare(a, b), DuplicateRules.Compare(b, a));
        return there.Score == back.Score && there.Score is >= 0 and <= 100 && DuplicateRules.Terms(a).All(term => term.Term.Length <= 60);
    }

    /// <summary>A core is in its final form: taking the core of a core changes nothing more.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool A_number_read_again_is_the_same(string? written)
    {
        var once = PhoneNumbers.Digits(written ?? "");
        return PhoneNumbers.Digits(string.Join('/', once)).SequenceEqual(once);
    }

    [Test]
    public void Stages_and_fields_merge_as_told()
    {
        var survivor = new PartnerRow { Id = "a", Stage = "target", Phone = "1", Contact = "甲" };
        var source = new PartnerRow { Id = "b", Stage = "signed", Phone = "2", Contact = "乙", Address = "路" };
        var conflicts = MergeRules.Merge(survivor, source, ["phone"]);
        Assert.That((survivor.Stage, survivor.Phone, survivor.Contact, survivor.Address), Is.EqualTo(("signed", "2", "甲", "路")));
        Assert.That(conflicts.Select(c => (c.Field, c.Result)), Is.EqualTo(new[] { ("address", "路"), ("contact", "甲"), ("phone", "2"), ("stage", "signed") }));
    }

    [TestCase("terminal", "terminal", "js", "js", "signed", "target", false, null)]
    [TestCase("terminal", "terminal", "js", "js", "signed", "suspended", false, "BOTH_SIGNED")]
    [TestCase("terminal", "city-agent", "js", "js", "target", "target", false, "KINDS_DIFFER")]
    [TestCase("terminal", "terminal", "js", "zj", "target", "target", false, "ORGANISATIONS_DIFFER")]
    [TestCase("city-agent", "city-agent", "js", "js", "target", "target", true, "BOTH_HOLD_TERRITORY")]
    public void Who_may_be_merged(string kindA, string kindB, string organisationA, string organisationB, string stageA, string stageB, bool bothHold, string? reason)
    {
        var a = new PartnerRow { Id = "a", Kind = kindA, OrganisationId = organisationA, Stage = stageA };
        var b = new PartnerRow { Id = "b", Kind = kindB, OrganisationId = organisationB, Stage = stageB };
        Assert.That(MergeRules.WhyNot(a, b, bothHold)?.Reason, Is.EqualTo(reason));
    }

    [Test]
    public void Nobody_is_merged_with_himself_and_what_is_taken_is_known()
    {
        var faults = MergeRules.Merge(new MergePartnersRequest { Name = "partners/a", Source = "partners/a", TakeFromSource = { "phone", "stage" } });
        Assert.That(faults.Select(fault => fault.Field), Is.EqualTo(new[] { "source", "take_from_source[1]" }));
        Assert.That(MergeRules.Distinct(new MarkDistinctRequest { First = "partners/a", Second = "partners/a" }).Select(fault => fault.Field), Is.EqualTo(new[] { "second" }));
    }

    private static int Score(string nameA, string phoneA, string nameB, string phoneB) =>
        DuplicateRules.Compare(DuplicateRules.Keys(nameA, phoneA, "", "3201"), DuplicateRules.Keys(nameB, phoneB, "", "3201")).Score;

    private static string Wide(string text) => string.Concat(text.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c));
}
