using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>Every statement and every migration is T-SQL, and names only what the migrated database has.</summary>
public class SqlServerTests
{
    private static readonly Lazy<ILookup<string, string>> WrongNames = new(() =>
        AllSql.Owners
            .SelectMany(owner => Names.Faults(new Schema(owner.Scripts), owner.Statements))
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
