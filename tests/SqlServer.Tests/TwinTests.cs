using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.SqlServer.Tests;

/// <summary>The migrations for SQLite, which every test runs, and those for SQL Server make the same database.</summary>
public class TwinTests
{
    private const string SelectColumns = """
        SELECT t.name || '.' || c.name || CASE c.type WHEN 'INTEGER' THEN ' Number' WHEN 'BLOB' THEN ' Binary' WHEN 'TEXT' THEN ' Text' ELSE c.type END
            || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN '' ELSE ' NULL' END
        FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'migrations'
        """;

    // Named ones by their names; keys, whose names each database makes up, by their columns.
    private const string SelectIndexes = """
        SELECT t.name || CASE i.origin WHEN 'c' THEN '.' || i.name ELSE ' key' END || CASE i."unique" WHEN 1 THEN ' UNIQUE' ELSE '' END
            || ' (' || (SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c) || ')' || CASE i.partial WHEN 1 THEN ' WHERE' ELSE '' END
        FROM pragma_table_list t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name <> 'migrations'
        """;

    private static IEnumerable<TestCaseData> Owners() => AllSql.Owners.Where(owner => owner.Statements.Count > 0).Select(owner => new TestCaseData(owner).SetArgDisplayNames(owner.Name));

    [TestCaseSource(nameof(Owners))]
    public async Task Tables_indexes_and_rows_are_the_same(object owner)
    {
        var (name, scripts, _) = (Owner)owner;
        var folder = Directory.CreateTempSubdirectory("qudao-test-").FullName;
        var dialect = new SqliteDialect(Path.Combine(folder, "twin.db"));
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(global::System.Reflection.Assembly.Load(name));
        await using (var db = new Db(dialect, TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance))
        {
            var schema = new Schema(scripts.Where(script => script.Sql != Migrations.Create));
            Assert.That(schema.Columns.Select(Shown), Is.EquivalentTo(await db.ReadAsync(s => s.QueryAsync<string>(SelectColumns))));
            Assert.That(schema.Indexes.Select(Shown).Concat(schema.Tables.SelectMany(Keys)), Is.EquivalentTo(await db.ReadAsync(s => s.QueryAsync<string>(SelectIndexes))));
            foreach (var (table, insert) in FirstRows(scripts))
                foreach (var row in ((ValuesInsertSource)insert.InsertSource).RowValues)
                    Assert.That(await CountAsync(db, table, insert, row), Is.EqualTo(1), TSql.Text(row));
        }
        Directory.Delete(folder, recursive: true);
    }

    private static string Shown(Column column) => $"{column.Table}.{column.Name} {(column.Kind is Kind.Date ? Kind.Text : column.Kind)}{(column.Nullable ? " NULL" : "")}";

    private static string Shown(CreateIndexStatement index) =>
        $"{Schema.Name(index.OnName)}.{index.Name.Value}{(index.Unique ? " UNIQUE" : "")} ({Names(index.Columns)}){(index.FilterPredicate is null ? "" : " WHERE")}";

    private static IEnumerable<string> Keys(CreateTableStatement table)
    {
        var alone = table.Definition.ColumnDefinitions
            .SelectMany(column => column.Constraints.OfType<UniqueConstraintDefinition>().Where(key => !(key.IsPrimaryKey && Schema.KindOf(column.DataType) is Kind.Number)).Select(_ => column.ColumnIdentifier.Value));
        var together = table.Definition.TableConstraints.OfType<UniqueConstraintDefinition>().Select(key => Names(key.Columns));
        return alone.Concat(together).Select(columns => $"{Schema.Name(table.SchemaObjectName)} key UNIQUE ({columns})");
    }

    private static string Names(IEnumerable<ColumnWithSortOrder> columns) => string.Join(", ", columns.Select(column => column.Column.MultiPartIdentifier.Identifiers[^1].Value));

    /// <summary>Rows that scripts write out, in tables whose rows no script changes later.</summary>
    private static IEnumerable<(string Table, InsertSpecification Insert)> FirstRows(IReadOnlyList<Statement> scripts)
    {
        var trees = scripts.Select(script => TSql.Parse(script.Sql)).ToList();
        var changed = trees.SelectMany(tree => tree.All<UpdateDeleteSpecificationBase>()).Select(Target).ToHashSet();
        return trees.SelectMany(tree => tree.All<InsertSpecification>())
            .Where(insert => insert.InsertSource is ValuesInsertSource && !changed.Contains(Target(insert)))
            .Select(insert => (Target(insert), insert));
    }

    private static string Target(DataModificationSpecification change) => Schema.Name(((NamedTableReference)change.Target).SchemaObject);

    /// <summary>Rows in SQLite that hold what is written out here; what is worked out (a time) may be anything.</summary>
    private static Task<long> CountAsync(Db db, string table, InsertSpecification insert, RowValue row)
    {
        var equal = insert.Columns.Zip(row.ColumnValues).Where(pair => pair.Second is Literal).Select(pair => $"{TSql.Text(pair.First)} IS {Sqlite((Literal)pair.Second)}");
        return db.ReadAsync(s => s.ScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE {string.Join(" AND ", equal)}"));
    }

    private static string Sqlite(Literal value) => value is StringLiteral text ? $"'{text.Value.Replace("'", "''")}'" : value is NullLiteral ? "NULL" : value.Value;
}
