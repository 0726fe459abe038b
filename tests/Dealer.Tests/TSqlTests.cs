using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>The SQL Server side parses as T-SQL, even where there is no server to try it on.</summary>
public class TSqlTests
{
    private static readonly Assembly Dealer = typeof(DealerModule).Assembly;

    [Test]
    public void Every_statement_parses()
    {
        var statements = TSql.StatementsOf(Dealer).ToList();
        Assert.That(statements, Has.Count.GreaterThan(40));
        Assert.That(statements.SelectMany(s => TSql.Faults(s.Sql).Select(fault => $"{s.Name} {fault}")), Is.Empty);
    }

    [Test]
    public void Every_migration_parses()
    {
        var scripts = new Migrations(new SqlServerDialect(""), TimeProvider.System, NullLogger<Migrations>.Instance).Scripts(Dealer).ToList();
        Assert.That(scripts, Is.Not.Empty);
        Assert.That(scripts.SelectMany(s => TSql.Faults(s.Sql).Select(fault => $"{s.Name} {fault}")), Is.Empty);
    }

    [Test]
    public void What_is_no_T_SQL_is_found() => Assert.That(TSql.Faults("SELECT id FROM partners LIMIT 5 OFFSET 3"), Is.Not.Empty);
}
