using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>A column, with what matters for comparing it.</summary>
internal sealed record Column(string Table, string Name, Kind Kind, string? Collation, bool Nullable);

/// <summary>What can be compared with each other.</summary>
internal enum Kind
{
    Number,
    Text,
    Date,
    Binary,
}

/// <summary>The tables and indexes that stand after a row of migration scripts.</summary>
internal sealed class Schema
{
    private readonly Dictionary<string, CreateTableStatement> tables = [];
    private readonly Dictionary<string, CreateIndexStatement> indexes = [];

    /// <param name="scripts">In their order.</param>
    /// <param name="keepDropped">With the tables that are gone in the end: what a script wrote into one, it wrote while it stood.</param>
    public Schema(IEnumerable<Statement> scripts, bool keepDropped = false)
    {
        foreach (var statement in scripts.SelectMany(script => TSql.Parse(script.Sql).Batches).SelectMany(batch => batch.Statements))
            if (!(keepDropped && statement is DropTableStatement))
                Apply(statement);
    }

    public IEnumerable<CreateTableStatement> Tables => tables.Values;

    public IEnumerable<CreateIndexStatement> Indexes => indexes.Values;

    public IEnumerable<Column> Columns =>
        from table in tables.Values
        from column in table.Definition.ColumnDefinitions
        select new Column(Name(table.SchemaObjectName), column.ColumnIdentifier.Value, KindOf(column.DataType), column.Collation?.Value, IsNullable(column));

    public static string Name(SchemaObjectName name) => name.BaseIdentifier.Value;

    /// <summary>What a value of this type can be compared with.</summary>
    public static Kind KindOf(DataTypeReference type) => ((SqlDataTypeReference)type).SqlDataTypeOption switch
    {
        SqlDataTypeOption.BigInt or SqlDataTypeOption.Int => Kind.Number,
        SqlDataTypeOption.NVarChar or SqlDataTypeOption.VarChar => Kind.Text,
        SqlDataTypeOption.Date => Kind.Date,
        SqlDataTypeOption.VarBinary => Kind.Binary,
        var other => throw new NotSupportedException($"{other} is none of the portable types."),
    };

    private void Apply(TSqlStatement statement)
    {
        switch (statement)
        {
            case CreateTableStatement create:
                tables.Add(Name(create.SchemaObjectName), create);
                break;
            case DropTableStatement drop:
                foreach (var table in drop.Objects)
                    tables.Remove(Name(table));
                break;
            case CreateIndexStatement create:
                indexes.Add(create.Name.Value, create);
                break;
            case DropIndexStatement drop:
                foreach (var clause in drop.DropIndexClauses.Cast<DropIndexClause>())
                    indexes.Remove(clause.Index.Value);
                break;
            case AlterTableStatement alter:
                Alter(tables[Name(alter.SchemaObjectName)].Definition, alter);
                break;
            default:
                break; // Rows, not schema.
        }
    }

    private static void Alter(TableDefinition table, AlterTableStatement alter)
    {
        switch (alter)
        {
            case AlterTableAddTableElementStatement add:
                foreach (var column in add.Definition.ColumnDefinitions)
                    table.ColumnDefinitions.Add(column);
                foreach (var constraint in add.Definition.TableConstraints)
                    table.TableConstraints.Add(constraint);
                break;
            case AlterTableAlterColumnStatement change:
                var changed = table.ColumnDefinitions.Single(column => column.ColumnIdentifier.Value == change.ColumnIdentifier.Value);
                (changed.DataType, changed.Collation) = (change.DataType, change.Collation);
                break;
            case AlterTableDropTableElementStatement drop:
                foreach (var name in drop.AlterTableDropTableElements.Select(element => element.Name.Value))
                    Drop(table, name);
                break;
            default:
                throw new NotSupportedException($"{alter.GetType().Name} is not known here.");
        }
    }

    private static void Drop(TableDefinition table, string name)
    {
        if (table.ColumnDefinitions.FirstOrDefault(column => column.ColumnIdentifier.Value == name) is { } column)
            table.ColumnDefinitions.Remove(column);
        if (table.TableConstraints.FirstOrDefault(constraint => constraint.ConstraintIdentifier?.Value == name) is { } constraint)
            table.TableConstraints.Remove(constraint);
    }

    private static bool IsNullable(ColumnDefinition column) =>
        column.Constraints.OfType<NullableConstraintDefinition>().FirstOrDefault() is not { Nullable: false };
}
