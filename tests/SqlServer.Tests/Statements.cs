using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Qudao.Platform;

namespace Qudao.SqlServer.Tests;

/// <summary>A text of SQL, and what it is called: the constant, or the script.</summary>
internal sealed record Statement(string Name, string Sql);

/// <summary>Whose SQL it is: an assembly, the scripts that make its database, and every statement it holds, those of the scripts too.</summary>
internal sealed record Owner(string Name, IReadOnlyList<Statement> Scripts, IReadOnlyList<Statement> Statements)
{
    /// <summary>Those of the scripts: what they write into the tables.</summary>
    public IReadOnlyList<Statement> Rows { get; init; } = [];
}

/// <summary>
/// All SQL there is, as SQL Server gets it. Statements are read from the assemblies' own strings, wherever in the code
/// they stand, so that none can be forgotten; that each is a string, put together nowhere, the compiler sees to
/// (ConstantExpected in Db.cs).
/// </summary>
internal static partial class AllSql
{
    private static readonly SqlServerDialect Dialect = new("Server=none");
    private static readonly SqliteDialect Sqlite = new("none");
    private static readonly Migrations Migrations = new(Dialect, TimeProvider.System, NullLogger<Migrations>.Instance);

    /// <summary>Everything of ours that runs in production.</summary>
    public static IReadOnlyList<Owner> Owners { get; } =
    [
        .. from path in Directory.GetFiles(AppContext.BaseDirectory, "Qudao.*.dll").Order(StringComparer.Ordinal)
           let name = Path.GetFileNameWithoutExtension(path)
           where !name.EndsWith(".Tests", StringComparison.Ordinal) && name is not ("Qudao.TestKit" or "Qudao.Running")
           let assembly = Assembly.Load(name)
           let rows = Rows(assembly).ToList()
           select new Owner(name, [.. Scripts(assembly)], [.. Statements(assembly), .. rows]) { Rows = rows },
    ];

    private static IEnumerable<Statement> Scripts(Assembly assembly)
    {
        var platform = typeof(Db).Assembly;
        var scripts = Migrations.Scripts(platform).Concat(assembly == platform ? [] : Migrations.Scripts(assembly));
        return scripts.Select(script => new Statement(script.Name, script.Sql)).Prepend(new Statement("Migrations.Create", Migrations.Create));
    }

    /// <summary>What the assembly's scripts write into the tables.</summary>
    private static IEnumerable<Statement> Rows(Assembly assembly) =>
        from script in Migrations.Scripts(assembly)
        from statement in TSql.Parse(script.Sql).All<DataModificationStatement>()
        select new Statement($"{script.Name}:{statement.StartLine}", TSql.Text(statement));

    private static IEnumerable<Statement> Statements(Assembly assembly)
    {
        var names = Constants(assembly);
        return from text in Strings(assembly).Distinct()
               where Begins().IsMatch(text) && text != Migrations.Create && text != Sqlite.TableExists && text != Sqlite.ScopedTables && text != Sqlite.ClaimOutbox
                     && text != DbSnapshot.SelectSize && text != DbSnapshot.SelectAnything
               select new Statement(names.GetValueOrDefault(text) ?? $"{assembly.GetName().Name}: {text.Trim().Split('\n')[0]}", AsSent(text));
    }

    // Dapper makes a list of the one name behind IN.
    private static string AsSent(string sql) => List().Replace(Dialect.Translate(sql), "IN (@$1)");

    private static Dictionary<string, string> Constants(Assembly assembly) =>
        assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .DistinctBy(field => (string)field.GetRawConstantValue()!)
            .ToDictionary(field => (string)field.GetRawConstantValue()!, field => $"{field.DeclaringType!.FullName}.{field.Name}");

    private static IEnumerable<string> Strings(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        for (var at = metadata.GetNextHandle(default(UserStringHandle)); !at.IsNil; at = metadata.GetNextHandle(at))
            yield return metadata.GetUserString(at);
    }

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|CREATE|ALTER|DROP|TRUNCATE|EXEC|DECLARE|IF)\s")]
    private static partial Regex Begins();

    [GeneratedRegex(@"\bIN @(\w+)")]
    private static partial Regex List();
}
