using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

/// <summary>What runs on SQLite in every other test parses on SQL Server too.</summary>
internal sealed class TSqlTests
{
    [Test]
    public void Every_statement_parses()
    {
        var statements = TSql.StatementsOf(typeof(ReportingModule).Assembly).ToList();

        Assert.That(statements, Has.Count.GreaterThan(60));
        Assert.That(statements.SelectMany(s => TSql.Faults(s.Sql).Select(fault => $"{s.Name} {fault}")), Is.Empty);
    }

    [Test]
    public void Every_migration_parses_and_has_its_twin()
    {
        List<(string Name, string Sql)> Scripts(Dialect dialect) =>
            [.. new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).Scripts(typeof(ReportingModule).Assembly)];
        var scripts = Scripts(new SqlServerDialect(""));

        Assert.That(scripts.Select(s => s.Name), Is.Not.Empty.And.EqualTo(Scripts(new SqliteDialect("")).Select(s => s.Name)));
        Assert.That(scripts.SelectMany(s => TSql.Faults(s.Sql).Select(fault => $"{s.Name} {fault}")), Is.Empty);
    }
}
