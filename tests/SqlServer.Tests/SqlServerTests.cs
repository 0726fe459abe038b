using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>Every statement and every migration is T-SQL, and names only what the migrated database has.</summary>
public class SqlServerTests
{
    private static readonly Lazy<ILookup<string, string>> WrongNames = new(() =>
        AllSql.Owners
            .SelectMany(owner => Names.Faults(new Schema(owner.Scripts), [.. owner.Statements.Except(owner.Rows)]).Concat(Names.Faults(new Schema(owner.Scripts, keepDropped: true), owner.Rows)))
            .SelectMany(faults => faults.Select(fault => (faults.Key, fault)))
            .ToLookup(fault => fault.Key, fault => fault.fault));

    private static IEnumerable<TestCaseData> Statements() => AllSql.Owners.SelectMany(owner => owner.Statements).Select(Case);

    private static IEnumerable<TestCaseData> Scripts() => AllSql.Owners.SelectMany(owner => owner.Scripts).DistinctBy(script => script.Name).Select(Case);

    private static TestCaseData Case(Statement statement) => new TestCaseData(statement.Name, statement.Sql).SetArgDisplayNames(statement.Name);

    [TestCaseSource(nameof(Statements))]
    public void A_statement_is_TSQL(string name, string sql) => Assert.That(TSql.Faults(sql), Is.Empty, name);

    [TestCaseSource(nameof(Scripts))]
    public void A_migration_is_TSQL(string name, string sql) => Assert.That(TSql.Faults(sql), Is.Empty, name);

    [TestCaseSource(nameof(Statements))]
    public void A_statement_names_what_there_is(string name, string sql) => Assert.That(WrongNames.Value[name], Is.Empty, sql);

    [TestCaseSource(nameof(Statements))]
    public void A_statement_keeps_to_the_plain_core(string name, string sql) => Assert.That(PlainCore.OfStatement(sql), Is.Empty, name);

    [TestCaseSource(nameof(Scripts))]
    public void A_migration_keeps_to_the_plain_core(string name, string sql) => Assert.That(PlainCore.OfMigration(sql), Is.Empty, name);

    [TestCase("WITH old AS (SELECT * FROM t) UPDATE old SET a = 1")]
    [TestCase("WITH old AS (SELECT * FROM t) DELETE FROM old")]
    [TestCase("MERGE t USING s ON t.a = s.a WHEN MATCHED THEN DELETE;")]
    [TestCase("WAITFOR DELAY '00:00:01'")]
    [TestCase("EXEC p")]
    [TestCase("DECLARE @a INT")]
    [TestCase("SELECT a FROM t FOR SYSTEM_TIME AS OF '2026-01-01'")]
    [TestCase("SELECT a FROM t FOR XML AUTO")]
    [TestCase("SELECT a FROM t WHERE CONTAINS(a, 'x')")]
    [TestCase("SELECT a.value('/x', 'INT') FROM t")]
    [TestCase("SELECT HASHBYTES('MD5', a) FROM t")]
    [TestCase("SELECT value FROM STRING_SPLIT(@a, ',')")]
    [TestCase("SELECT a FROM t CROSS APPLY (SELECT 1 AS b) s")]
    public void What_a_statement_uses_beyond_the_plain_core_is_found(string sql) => Assert.That(PlainCore.OfStatement(sql), Is.Not.Empty);

    [TestCase("CREATE OR ALTER VIEW v AS SELECT 1 AS a")]
    [TestCase("CREATE SYNONYM s FOR t")]
    [TestCase("CREATE TABLE t (a INT, INDEX ix (a))")]
    [TestCase("CREATE TABLE t (a INT INDEX ix)")]
    [TestCase("CREATE TABLE t (a INT, b DATETIME2 GENERATED ALWAYS AS ROW START, c DATETIME2 GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (b, c))")]
    [TestCase("CREATE FULLTEXT INDEX ON t (a) KEY INDEX pk")]
    public void What_a_migration_uses_beyond_the_plain_core_is_found(string sql) => Assert.That(PlainCore.OfMigration(sql), Is.Not.Empty);

    /// <summary>SQL Server looks up the columns of a whole batch before it runs (see Migrations.cs).</summary>
    [TestCaseSource(nameof(Scripts))]
    public void What_a_migration_adds_it_fills_behind_a_GO_only(string name, string sql) => Assert.That(FilledTooEarly(sql), Is.Empty, name);

    [Test]
    public void What_is_filled_too_early_is_found()
    {
        Assert.That(FilledTooEarly("ALTER TABLE shops ADD city BIGINT NULL;\nUPDATE shops SET city = 1;"), Is.EqualTo(new[] { "city" }));
        Assert.That(FilledTooEarly("ALTER TABLE shops ADD city BIGINT NULL;\nUPDATE shops SET name = N'';"), Is.Empty);
        Assert.That(FilledTooEarly("ALTER TABLE shops ADD city BIGINT NULL;\nGO\nUPDATE shops SET city = 1;"), Is.Empty);
    }

    private static IEnumerable<string> FilledTooEarly(string sql) =>
        from batch in TSql.Parse(sql).Batches
        let added = batch.All<AlterTableAddTableElementStatement>().SelectMany(add => add.Definition.ColumnDefinitions).Select(column => column.ColumnIdentifier.Value).ToHashSet()
        from column in batch.All<DataModificationStatement>().SelectMany(change => change.All<ColumnReferenceExpression>()).Where(column => column.MultiPartIdentifier is not null)
        where added.Contains(column.MultiPartIdentifier.Identifiers[^1].Value)
        select column.MultiPartIdentifier.Identifiers[^1].Value;

    [Test]
    public void Each_service_runs_with_cultures_as_the_client_of_SQL_Server_asks_for()
    {
        var services = AllSql.Owners.Where(owner => owner.Scripts.Count > 0 && owner.Name != "Qudao.Standalone").Select(owner => Path.Combine(AppContext.BaseDirectory, owner.Name + ".runtimeconfig.json")).Where(File.Exists).ToList();
        Assert.That(services, Has.Count.EqualTo(6));
        foreach (var service in services)
            Assert.That(File.ReadAllText(service), Does.Contain("\"System.Globalization.Invariant\": false"), service);
    }

    [Test]
    public void The_schemas_are_sound() => Assert.That(WrongNames.Value[""], Is.Empty);

    /// <summary>Proves the test above: one name of each statement misspelt, here a column, there a table, at another place each time.</summary>
    [Test]
    public void A_misspelt_name_is_found_wherever_it_stands()
    {
        foreach (var owner in AllSql.Owners)
        {
            var misspelt = owner.Statements.Where(statement => !statement.Sql.Contains("INFORMATION_SCHEMA", StringComparison.Ordinal)).Select(Misspell).ToList();
            var found = Names.Faults(new Schema(owner.Scripts), misspelt);
            Assert.That(misspelt.Where(statement => !found.Contains(statement.Name)).Select(statement => statement.Sql), Is.Empty, owner.Name);
        }
    }

    private static Statement Misspell(Statement statement, int place)
    {
        var tree = TSql.Parse(statement.Sql);
        var columns = tree.All<ColumnReferenceExpression>().Where(column => column.MultiPartIdentifier is not null).Select(column => column.MultiPartIdentifier.Identifiers[^1]);
        var tables = tree.All<NamedTableReference>().Select(table => table.SchemaObject.BaseIdentifier);
        var names = columns.Concat(tables).ToList();
        var name = names[place % names.Count];
        return statement with { Sql = statement.Sql.Insert(name.StartOffset + name.FragmentLength, "_") };
    }
}
