using System.Text.RegularExpressions;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>
/// Looks up every table, column and parameter that statements name, as SQL Server would on creating a procedure. Its own
/// views (INFORMATION_SCHEMA) are taken for granted.
/// </summary>
internal static partial class Names
{
    /// <summary>What is wrong with which statement: its name → messages. A fault of the schema itself stands under "".</summary>
    public static ILookup<string, string> Faults(Schema schema, IReadOnlyList<Statement> statements)
    {
        using var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions());
        foreach (var part in schema.Tables.Cast<TSqlFragment>().Concat(schema.Indexes))
            model.AddObjects(TSql.Text(part));
        for (var i = 0; i < statements.Count; i++)
            model.AddObjects(Procedure($"q{i}", statements[i].Sql));
        return model.Validate().Where(message => !message.Message.Contains("[INFORMATION_SCHEMA]", StringComparison.Ordinal)).ToLookup(
            message => Element().Match(message.Message) is { Success: true } found ? statements[int.Parse(found.Groups[1].Value)].Name : "",
            message => $"{message.Prefix}{message.Number} {message.Message}");
    }

    // What types the parameters have is no matter here; see Kinds.
    private static string Procedure(string name, string sql)
    {
        var parameters = TSql.Parse(sql).All<VariableReference>().Select(variable => variable.Name).Distinct(StringComparer.OrdinalIgnoreCase);
        return $"CREATE PROCEDURE {name} {string.Join(", ", parameters.Select(parameter => parameter + " SQL_VARIANT"))} AS\n{sql}";
    }

    [GeneratedRegex(@"\[dbo\]\.\[q(\d+)\]")]
    private static partial Regex Element();
}
