using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.System.Tests;

/// <summary>Every statement and every migration is T-SQL that SQL Server's own parser accepts; values are parameters only.</summary>
public class SqlServerTests
{
    private static readonly SqlServerDialect Dialect = new("Server=none");

    private static IEnumerable<Assembly> Assemblies =>
    [
        typeof(Db).Assembly, typeof(Dealer.DealerModule).Assembly, typeof(Contract.ContractModule).Assembly, typeof(Training.TrainingModule).Assembly,
        typeof(ServiceTicket.ServiceTicketModule).Assembly, typeof(Reporting.ReportingModule).Assembly, typeof(Gateway.GatewayModule).Assembly,
    ];

    private static IEnumerable<TestCaseData> Statements() =>
        from assembly in Assemblies
        from type in assembly.GetTypes()
        from field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where field.IsLiteral && field.FieldType == typeof(string)
        let sql = (string)field.GetRawConstantValue()!
        where Regex.IsMatch(sql, @"^\s*(SELECT|INSERT|UPDATE|DELETE)\s")
        select new TestCaseData(sql).SetName($"{type.FullName}.{field.Name}");

    private static IEnumerable<TestCaseData> Scripts()
    {
        var migrations = new Migrations(Dialect, TimeProvider.System, NullLogger<Migrations>.Instance);
        return from assembly in Assemblies
               from script in migrations.Scripts(assembly)
               select new TestCaseData(script.Sql).SetName($"migration {script.Name}");
    }

    [TestCaseSource(nameof(Statements))]
    public void A_statement_is_TSQL(string sql) => Assert.That(TSql.Faults(Regex.Replace(Dialect.Translate(sql), @"\bIN @(\w+)", "IN (@$1)")), Is.Empty, sql);

    [TestCaseSource(nameof(Scripts))]
    public void A_migration_is_TSQL(string sql) => Assert.That(TSql.Faults(sql), Is.Empty);

    [Test]
    public void The_outbox_is_claimed_in_TSQL() => Assert.That(TSql.Faults(Dialect.ClaimOutbox), Is.Empty);
}
