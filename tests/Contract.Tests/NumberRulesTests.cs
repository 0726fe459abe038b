using Qudao.Contract.Numbers;
using Qudao.Contract.V1;

namespace Qudao.Contract.Tests;

internal sealed class NumberRulesTests
{
    private static NumberBlock Block(long first, long last, int width, string prefix = "JS-2026-") => new() { First = first, Last = last, Width = width, Prefix = prefix };

    [TestCase(NumberState.Free, true, false)]
    [TestCase(NumberState.Issued, true, true)]
    [TestCase(NumberState.Used, false, false)]
    [TestCase(NumberState.Void, false, false)]
    [TestCase(NumberState.Returned, true, false)]
    public void Every_state(NumberState state, bool mayVoid, bool mayReturn)
    {
        Assert.That(NumberRules.RefuseVoid(state, "JS-1")?.Reason, Is.EqualTo(mayVoid ? null : "NUMBER_STATE"));
        Assert.That(NumberRules.RefuseReturn(state, "JS-1")?.Reason, Is.EqualTo(mayReturn ? null : "NUMBER_STATE"));
    }

    [TestCase(1, 500, 4, "JS-2026-", "")]
    [TestCase(1, 10_000, 5, "苏合字〔2026〕", "")]
    [TestCase(7, 7, 1, "A", "")]
    [TestCase(5, 4, 4, "A", "number_block.last")]
    [TestCase(1, 10_001, 5, "A", "number_block.last")]
    [TestCase(1, 10_000, 4, "A", "number_block.width")]
    [TestCase(1, 9, 1, "A B", "number_block.prefix")]
    [TestCase(20, 10, 1, "=1", "number_block.last,number_block.width,number_block.prefix")]
    public void A_block_s_faults(long first, long last, int width, string prefix, string fields) =>
        Assert.That(string.Join(',', NumberRules.Create(Block(first, last, width, prefix)).Select(v => v.Field)), Is.EqualTo(fields));

    [Test]
    public void Numbers_have_zeros_in_front() => Assert.That(NumberRules.Text("JS-", 7, 4), Is.EqualTo("JS-0007"));

    [Test]
    public void Codes_and_enums_name_each_other()
    {
        Assert.That(Enum.GetValues<AgreementState>().Select(Codes.Of), Is.EqualTo(new[] { "", "draft", "in-review", "approved", "active", "expired", "terminated", "returned", "withdrawn", "expiring", "renewed", "superseded" }));
        Assert.That(Enum.GetValues<AgreementKind>().Select(k => Codes.To<AgreementKind>(Codes.Of(k))), Is.EqualTo(Enum.GetValues<AgreementKind>()));
    }
}
