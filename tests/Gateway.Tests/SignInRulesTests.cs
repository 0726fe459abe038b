using Qudao.Gateway.Sessions;
using Qudao.Gateway.Users;

namespace Qudao.Gateway.Tests;

public class SignInRulesTests
{
    private const long Minute = 60_000_000;

    [Test]
    public void Five_failures_lock_for_fifteen_minutes_and_not_a_moment_longer()
    {
        FailureRow? row = null;
        for (var failure = 1; failure <= SignInRules.Failures; failure++)
        {
            Assert.That(SignInRules.IsLocked(row, failure * Minute), Is.False, $"before failure {failure}");
            row = SignInRules.Fail("wang", row, failure * Minute);
        }
        Assert.Multiple(() =>
        {
            Assert.That(SignInRules.IsLocked(row, 5 * Minute), Is.True);
            Assert.That(SignInRules.IsLocked(row, 20 * Minute - 1), Is.True);
            Assert.That(SignInRules.IsLocked(row, 20 * Minute), Is.False);
        });
    }

    [Test]
    public void After_a_lock_counting_begins_anew()
    {
        var locked = new FailureRow { Login = "wang", Failures = 5, FailedUs = 5 * Minute, LockedUntilUs = 20 * Minute };
        var next = SignInRules.Fail("wang", locked, 20 * Minute);
        Assert.That((next.Failures, next.LockedUntilUs), Is.EqualTo((1L, 0L)));
    }

    [Test]
    public void A_failure_longer_ago_than_a_lock_lasts_no_longer_counts()
    {
        var four = new FailureRow { Login = "wang", Failures = 4, FailedUs = Minute };
        Assert.Multiple(() =>
        {
            Assert.That(SignInRules.Fail("wang", four, 15 * Minute).Failures, Is.EqualTo(5));
            Assert.That(SignInRules.Fail("wang", four, 16 * Minute).Failures, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_made_password_is_long_readable_and_good_enough_for_our_own_rules()
    {
        var made = Enumerable.Range(0, 200).Select(_ => Passwords.Make()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(made, Is.Unique);
            Assert.That(made, Has.All.Matches("^([a-z2-9]{4}-){4}[a-z2-9]{4}$"));
            Assert.That(made.SelectMany(password => UserRules.Password("password", password, "wang")), Is.Empty);
            Assert.That(string.Concat(made), Does.Not.Contain("l").And.Not.Contain("o").And.Not.Contain("i"));
        });
    }

    [TestCase("wang.wei-2_x@js", "", ExpectedResult = "")]
    [TestCase("w", "", ExpectedResult = "user.login:BAD_FORMAT")]
    [TestCase("wang wei", "", ExpectedResult = "user.login:BAD_FORMAT")]
    [TestCase("王伟", "", ExpectedResult = "user.login:BAD_FORMAT")]
    [TestCase("wang", "short", ExpectedResult = "user.password:TOO_SHORT")]
    [TestCase("wang", "xx-WANG-2468", ExpectedResult = "user.password:TOO_WEAK")]
    [TestCase("wang", "aaaaaaaaaaaaaa", ExpectedResult = "user.password:TOO_WEAK")]
    [TestCase("w", "aaa", ExpectedResult = "user.login:BAD_FORMAT user.password:TOO_SHORT user.password:TOO_WEAK")]
    public string A_new_user_is_told_every_fault_at_once(string login, string password) =>
        string.Join(' ', UserRules.Create(login, "staff/1", password).Select(fault => $"{fault.Field}:{fault.Reason}"));

    [Test]
    public void Only_who_has_no_wider_role_is_limited_to_what_is_assigned_to_him()
    {
        Assert.Multiple(() =>
        {
            Assert.That(UserRules.Assignee("s1", ["salesperson"]), Is.EqualTo("s1"));
            Assert.That(UserRules.Assignee("s1", ["salesperson", "sales-manager"]), Is.Null);
            Assert.That(UserRules.Assignee("s1", []), Is.Null);
        });
    }
}
