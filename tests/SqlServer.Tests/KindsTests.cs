using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>Values fit their columns; and what tells rows apart or orders them does so alike on both databases.</summary>
public class KindsTests
{
    private static IEnumerable<TestCaseData> Owners() => AllSql.Owners.Where(owner => owner.Statements.Count > 0).Select(owner => new TestCaseData(owner).SetArgDisplayNames(owner.Name));

    [TestCaseSource(nameof(Owners))]
    public void Kinds_and_collations_fit_in_each_statement(object owner)
    {
        var schema = new Schema(((Owner)owner).Scripts);
        var faults = ((Owner)owner).Statements.SelectMany(statement => Kinds.Faults(schema, statement.Sql).Select(fault => $"{statement.Name}: {fault}"));
        Assert.That(faults, Is.Empty);
    }

    [TestCaseSource(nameof(Owners))]
    public void Keys_and_indexes_on_texts_are_binary(object owner)
    {
        var schema = new Schema(((Owner)owner).Scripts);
        var inKeys = schema.Indexes.SelectMany(index => index.Columns.Select(column => (Table: Schema.Name(index.OnName), Column: column.Column.MultiPartIdentifier.Identifiers[^1].Value)))
            .Concat(schema.Tables.SelectMany(KeyColumns)).ToHashSet();
        var faults = schema.Columns.Where(column => column.Kind == Kind.Text && column.Table != "migrations" && column.Collation != Kinds.Binary && inKeys.Contains((column.Table, column.Name)));
        Assert.That(faults.Select(column => $"{column.Table}.{column.Name}"), Is.Empty);
    }

    [TestCase("SELECT id FROM visits WHERE id = 1")]
    [TestCase("SELECT id FROM visits WHERE id = @x AND version > @x")]
    [TestCase("SELECT id FROM visits WHERE id IN ('a', 2)")]
    [TestCase("SELECT id FROM visits WHERE version BETWEEN 1 AND id")]
    [TestCase("SELECT COALESCE(version, '') FROM visits")]
    [TestCase("SELECT CASE WHEN version = 1 THEN id ELSE 0 END FROM visits")]
    [TestCase("UPDATE visits SET version = id")]
    [TestCase("INSERT INTO visits (id, version) VALUES ('a', 'b')")]
    [TestCase("INSERT INTO visits (id, version) VALUES ('a')")]
    [TestCase("INSERT INTO visits (id, version) SELECT id, planned_date FROM visits")]
    [TestCase("SELECT id FROM visits WHERE name = @name")]
    [TestCase("SELECT id FROM visits ORDER BY name")]
    [TestCase("SELECT COUNT(*) FROM visits GROUP BY name")]
    public void What_does_not_fit_is_found(string sql) => Assert.That(Kinds.Faults(Visits, sql), Is.Not.Empty);

    [TestCase("SELECT id FROM visits WHERE id = @x AND version > @y AND planned_date >= @day AND (@day = '' OR name LIKE @like)")]
    [TestCase("UPDATE visits SET planned_date = CASE WHEN @day < planned_date THEN @day ELSE planned_date END, version = version + 1 WHERE id IN (@ids)")]
    [TestCase("INSERT INTO visits (id, version, name) SELECT @id, (SELECT COUNT(*) FROM visits), @name")]
    public void What_fits_is_left_alone(string sql) => Assert.That(Kinds.Faults(Visits, sql), Is.Empty);

    private static Schema Visits { get; } = new([new("visits", """
        CREATE TABLE visits (id NVARCHAR(100) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY, name NVARCHAR(200) NOT NULL, planned_date DATE NULL, version BIGINT NOT NULL)
        """)]);

    private static IEnumerable<(string Table, string Column)> KeyColumns(CreateTableStatement table)
    {
        var name = Schema.Name(table.SchemaObjectName);
        var alone = table.Definition.ColumnDefinitions.Where(column => column.Constraints.OfType<UniqueConstraintDefinition>().Any()).Select(column => column.ColumnIdentifier.Value);
        var together = table.Definition.TableConstraints.OfType<UniqueConstraintDefinition>().SelectMany(key => key.Columns).Select(column => column.Column.MultiPartIdentifier.Identifiers[^1].Value);
        return alone.Concat(together).Select(column => (name, column));
    }
}
