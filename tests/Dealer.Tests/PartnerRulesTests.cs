using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;

namespace Qudao.Dealer.Tests;

/// <summary>The lifecycle, every stage against every stage.</summary>
public class PartnerRulesTests
{
    private static readonly PartnerStage[] Stages = [.. Enum.GetValues<PartnerStage>().Where(s => s != PartnerStage.Unspecified)];

    // Row: from; column: to, in the order of the enum. '+' moves, 'r' moves with a reason, 'e' only by an event, '.' never.
    private static readonly string[] Table =
    [
        //            su ta ne si tr op sp te lo
        /* surveyed    */ ".+.ee...r",
        /* target      */ "r.+ee...r",
        /* negotiating */ ".r.ee...r",
        /* signed      */ "...ee.rr.",
        /* trained     */ "...ee+rr.",
        /* operating   */ "...ee.rr.",
        /* suspended   */ "...ee..r.",
        /* terminated  */ "...ee....",
        /* lost        */ ".+.ee....",
    ];

    private static IEnumerable<TestCaseData> Moves() =>
        from f in Enumerable.Range(0, Stages.Length) from t in Enumerable.Range(0, Stages.Length) select new TestCaseData(Stages[f], Stages[t], Table[f][t]);

    [TestCaseSource(nameof(Moves))]
    public void A_person_moves_a_partner_as_the_table_says(PartnerStage from, PartnerStage to, char expected)
    {
        Assert.Multiple(() =>
        {
            Assert.That(PartnerRules.WhyNot(from, null, to, "因为")?.Reason, Is.EqualTo(expected switch { '+' or 'r' => null, 'e' => "STAGE_BY_EVENT", _ => "STAGE_NOT_ALLOWED" }));
            Assert.That(PartnerRules.WhyNot(from, null, to, " ")?.Reason,
                Is.EqualTo(expected switch { '+' => null, 'r' => "INVALID_ARGUMENT", 'e' => "STAGE_BY_EVENT", _ => "STAGE_NOT_ALLOWED" }));
        });
    }

    [TestCase(PartnerStage.Signed)]
    [TestCase(PartnerStage.Trained)]
    [TestCase(PartnerStage.Operating)]
    public void A_suspended_partner_returns_only_to_where_it_was(PartnerStage before) => Assert.Multiple(() =>
    {
        foreach (var to in new[] { PartnerStage.Signed, PartnerStage.Trained, PartnerStage.Operating })
            Assert.That(PartnerRules.WhyNot(PartnerStage.Suspended, before, to, "整改完成") is null, Is.EqualTo(to == before), $"{to}");
    });

    [Test]
    public void Signing_and_training_move_forward_only()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Stages.Where(s => PartnerRules.AfterSigning(s) != s),
                Is.EquivalentTo(new[] { PartnerStage.Surveyed, PartnerStage.Target, PartnerStage.Negotiating, PartnerStage.Lost }));
            Assert.That(Stages.Where(s => PartnerRules.AfterTraining(s) != s), Is.EqualTo(new[] { PartnerStage.Signed }));
        });
    }

    [Test]
    public void Suspending_and_terminating_need_more_than_selling() => Assert.Multiple(() =>
    {
        Assert.That(PartnerRules.Permission(PartnerStage.Surveyed, PartnerStage.Target), Is.Null);
        Assert.That(PartnerRules.Permission(PartnerStage.Signed, PartnerStage.Suspended), Is.EqualTo("dealer.partners.suspend"));
        Assert.That(PartnerRules.Permission(PartnerStage.Suspended, PartnerStage.Signed), Is.EqualTo("dealer.partners.suspend"));
        Assert.That(PartnerRules.Permission(PartnerStage.Suspended, PartnerStage.Terminated), Is.EqualTo("dealer.partners.terminate"));
    });

    [TestCase("南京协众（江宁）汽车 销售有限公司", "南京协众(江宁)汽车销售有限公司")]
    [TestCase("4S 店 ABC", "４ｓ店ａｂｃ")]
    [TestCase(" 苏州·福联　", "苏州福联")]
    public void Names_that_differ_in_spelling_only_are_the_same(string one, string other) =>
        Assert.That(PartnerRules.NameKey(one), Is.EqualTo(PartnerRules.NameKey(other)));

    [Test]
    public void Names_that_differ_are_not_the_same() =>
        Assert.That(PartnerRules.NameKey("南京福联一店"), Is.Not.EqualTo(PartnerRules.NameKey("南京福联二店")));
}
