using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>Tests that want a SQL Server are skipped where nobody offers one, and fail where the one offered is not there.</summary>
public class TestDatabaseTests
{
    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    public void Without_a_server_a_test_is_skipped_and_says_why(string? connectionString) =>
        Assert.That(async () => await TestDatabase.OnSqlServerAsync(connectionString), Throws.TypeOf<IgnoreException>().With.Message.Contains("QUDAO_TEST_SQLSERVER"));

    [Test]
    public void A_server_that_is_not_there_fails_every_test_by_its_name_and_is_waited_for_once()
    {
        var server = $"127.0.0.1,{FreePort.Next()}";
        var connectionString = $"Server={server};User Id=sa;Password=a-secret-of-ours;Connect Timeout=2;TrustServerCertificate=true";
        for (var i = 0; i < 2; i++)
        {
            Assert.That(async () => await TestDatabase.OnSqlServerAsync(connectionString),
                Throws.InvalidOperationException.With.Message.Contains(server).And.Message.Contains("QUDAO_TEST_SQLSERVER").And.Message.Not.Contains("a-secret-of-ours"));
        }
    }

    [Test]
    public void What_is_no_connection_string_fails_the_test() =>
        Assert.That(async () => await TestDatabase.OnSqlServerAsync("localhost"), Throws.InvalidOperationException.With.Message.Contains("QUDAO_TEST_SQLSERVER"));
}
