using System.Text;
using Qudao.Gateway.SecondFactors;
using Qudao.Gateway.Users;

namespace Qudao.Gateway.Tests;

/// <summary>One-time codes against the vectors of RFC 6238 and RFC 4648; passwords that are guessed first.</summary>
public class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [TestCase(59, ExpectedResult = "94287082")]
    [TestCase(1111111109, ExpectedResult = "07081804")]
    [TestCase(1111111111, ExpectedResult = "14050471")]
    [TestCase(1234567890, ExpectedResult = "89005924")]
    [TestCase(2000000000, ExpectedResult = "69279037")]
    [TestCase(20000000000, ExpectedResult = "65353130")]
    public string The_vectors_of_RFC_6238_hold(long seconds) => Totp.Code(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds)), 8);

    [TestCase("", ExpectedResult = "")]
    [TestCase("f", ExpectedResult = "MY")]
    [TestCase("fo", ExpectedResult = "MZXQ")]
    [TestCase("foo", ExpectedResult = "MZXW6")]
    [TestCase("foob", ExpectedResult = "MZXW6YQ")]
    [TestCase("fooba", ExpectedResult = "MZXW6YTB")]
    [TestCase("foobar", ExpectedResult = "MZXW6YTBOI")]
    public string The_vectors_of_RFC_4648_hold(string text) => Totp.ToBase32(Encoding.ASCII.GetBytes(text));

    [Test]
    public void A_code_counts_in_its_own_half_minute_and_in_those_beside_it()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_015);
        var step = Totp.StepAt(now);
        Assert.Multiple(() =>
        {
            foreach (var off in new[] { -1, 0, 1 })
                Assert.That(Totp.StepOf(Secret, Totp.Code(Secret, step + off), now), Is.EqualTo(step + off));
            foreach (var off in new[] { -2, 2 })
                Assert.That(Totp.StepOf(Secret, Totp.Code(Secret, step + off), now), Is.Null);
        });
    }

    [TestCase("password123!")]
    [TestCase("P@ssw0rd2026")]
    [TestCase("1234567890")]
    [TestCase("13812345678")]
    [TestCase("qwertyuiop99")]
    [TestCase("abcabcabcabc")]
    [TestCase("2026!!woaini")]
    public void A_password_that_is_guessed_first_is_refused(string password) =>
        Assert.That(UserRules.Password("password", password, "wang").Select(fault => fault.Reason), Is.EqualTo(new[] { "TOO_WEAK" }));

    [TestCase("correct-horse-9")]
    [TestCase("渠道网络的密码真长啊")]
    [TestCase("my password is long")]
    public void A_password_of_ones_own_is_taken(string password) => Assert.That(UserRules.Password("password", password, "wang"), Is.Empty);
}
