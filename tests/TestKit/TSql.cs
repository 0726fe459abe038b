using Microsoft.SqlServer.TransactSql.ScriptDom;

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
}
