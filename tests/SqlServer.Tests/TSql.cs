using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>Reads T-SQL by SQL Server's own grammar.</summary>
internal static class TSql
{
    /// <summary>Each fault as "line:column message"; empty when the text parses.</summary>
    public static IReadOnlyList<string> Faults(string sql)
    {
        Parse(sql, out var faults);
        return faults;
    }

    /// <summary>The tree of a text without faults.</summary>
    public static TSqlScript Parse(string sql)
    {
        var script = Parse(sql, out var faults);
        return faults.Count == 0 ? script : throw new FormatException(string.Join('\n', faults));
    }

    /// <summary>The text of a tree.</summary>
    public static string Text(TSqlFragment tree)
    {
        new Sql160ScriptGenerator().GenerateScript(tree, out var text);
        return text;
    }

    /// <summary>Every node of a type, in the order of the text.</summary>
    public static List<T> All<T>(this TSqlFragment tree)
        where T : TSqlFragment
    {
        var collector = new Collector<T>();
        tree.Accept(collector);
        return collector.Found;
    }

    private static TSqlScript Parse(string sql, out IReadOnlyList<string> faults)
    {
        using var reader = new StringReader(sql);
        var script = (TSqlScript)new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        faults = [.. errors.Select(e => $"{e.Line}:{e.Column} {e.Message}")];
        return script;
    }

    private sealed class Collector<T> : TSqlFragmentVisitor
        where T : TSqlFragment
    {
        public List<T> Found { get; } = [];

        public override void Visit(TSqlFragment node)
        {
            if (node is T found)
                Found.Add(found);
        }
    }
}
