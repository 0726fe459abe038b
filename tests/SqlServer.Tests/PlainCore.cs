using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>
/// What of T-SQL we use: the part that every T-SQL server runs and that stays what it is. Whoever needs more adds it here,
/// and has then thought of the servers that lack it.
/// </summary>
internal static class PlainCore
{
    private static readonly Type[] Queries = [typeof(SelectStatement), typeof(InsertStatement), typeof(UpdateStatement), typeof(DeleteStatement)];

    private static readonly Type[] Changes =
    [
        typeof(CreateTableStatement), typeof(DropTableStatement), typeof(CreateIndexStatement), typeof(DropIndexStatement), typeof(AlterTableAddTableElementStatement),
        typeof(AlterTableAlterColumnStatement), typeof(AlterTableDropTableElementStatement), typeof(CreateSequenceStatement), typeof(InsertStatement), typeof(UpdateStatement),
        typeof(DeleteStatement),
    ];

    private static readonly Type[] Sources =
    [
        typeof(NamedTableReference), typeof(QueryDerivedTable), typeof(QualifiedJoin), typeof(JoinParenthesisTableReference), typeof(InlineDerivedTable),
    ];

    private static readonly string[] Functions =
    [
        "ABS", "AVG", "CONCAT", "COUNT", "LEN", "LOWER", "MAX", "MIN", "REPLACE", "ROUND", "ROW_NUMBER", "SUBSTRING", "SUM", "UPPER",
        // In migrations, which each database has its own of.
        "DATEDIFF_BIG", "SYSUTCDATETIME",
    ];

    /// <summary>What a statement uses beyond it.</summary>
    public static IEnumerable<string> OfStatement(string sql) => Beyond(sql, Queries);

    /// <summary>What a migration uses beyond it.</summary>
    public static IEnumerable<string> OfMigration(string sql) => Beyond(sql, Changes);

    private static IEnumerable<string> Beyond(string sql, Type[] statements)
    {
        var tree = TSql.Parse(sql);
        return
        [
            .. tree.All<TSqlStatement>().Where(statement => !statements.Contains(statement.GetType())).Select(Named),
            .. tree.All<TableReference>().Where(source => !Sources.Contains(source.GetType()) && source is not UnqualifiedJoin { UnqualifiedJoinType: UnqualifiedJoinType.CrossJoin }).Select(Named),
            .. tree.All<FunctionCall>().Where(call => call.CallTarget is not null || !Functions.Contains(call.FunctionName.Value.ToUpperInvariant())).Select(call => call.FunctionName.Value),
            .. tree.All<DataModificationStatement>().Where(change => change.WithCtesAndXmlNamespaces is not null).Select(_ => "WITH before a change"),
            .. tree.All<IndexDefinition>().Select(_ => "an index within CREATE TABLE"),
            .. tree.All<TableDefinition>().Where(table => table.SystemTimePeriod is not null).Select(_ => "a temporal table"),
            .. tree.All<TemporalClause>().Select(Named),
            .. tree.All<ForClause>().Select(Named),
            .. tree.All<FullTextPredicate>().Select(Named),
        ];
    }

    private static string Named(TSqlFragment node) => node.GetType().Name;
}
