using System.Reflection;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Qudao.Platform;

namespace Qudao.TestKit;

/// <summary>Reads T-SQL as SQL Server would, without one: what does not parse here would not run there.</summary>
public static class TSql
{
    /// <summary>Each fault as "line:column message"; empty when the text parses.</summary>
    public static IReadOnlyList<string> Faults(string sql)
    {
        using var reader = new StringReader(sql);
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return [.. errors.Select(e => $"{e.Line}:{e.Column} {e.Message}")];
    }

    /// <summary>Every statement that a class named …Store of the assembly holds, as SQL Server gets it.</summary>
    public static IEnumerable<(string Name, string Sql)> StatementsOf(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type.Name.EndsWith("Store", StringComparison.Ordinal)
        from field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)
        where field.IsLiteral && field.FieldType == typeof(string)
        let sql = (string)field.GetRawConstantValue()!
        where sql.StartsWith("SELECT ", StringComparison.Ordinal) || sql.StartsWith("INSERT ", StringComparison.Ordinal)
            || sql.StartsWith("UPDATE ", StringComparison.Ordinal) || sql.StartsWith("DELETE ", StringComparison.Ordinal)
        select ($"{type.Name}.{field.Name}", new SqlServerDialect("").Translate(sql));
}
