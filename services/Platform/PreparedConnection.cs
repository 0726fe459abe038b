using System.Collections;
using System.Data.Common;
using System.Reflection;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Qudao.Platform;

/// <summary>
/// A SQLite connection that keeps its statements compiled. Dapper gives each call a command of its own, which SQLite then
/// compiles anew: three quarters of what a small statement costs. Rows become objects by Dapper here too. Like any
/// connection it serves one caller at a time.
/// </summary>
internal sealed partial class PreparedConnection(string connectionString) : SqliteConnection(connectionString)
{
    // Statements are constants: there are no more of them than the code has.
    private readonly Dictionary<(string Sql, Type? Values), Statement?> statements = [];

    /// <summary>The statement, compiled at its first run; null where its values are of a kind that Dapper alone can spread out.</summary>
    public Statement? Find(string sql, object? values)
    {
        var key = (sql, values?.GetType());
        return statements.TryGetValue(key, out var known) ? known : statements[key] = Make(sql, key.Item2);
    }

    /// <summary>Runs a statement without values: BEGIN, COMMIT and the like.</summary>
    public void Execute(string sql) => Find(sql, null)!.Execute(null);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var statement in statements.Values)
                statement?.Dispose();
            statements.Clear();
        }
        base.Dispose(disposing);
    }

    private Statement? Make(string sql, Type? values)
    {
        if (values is not null && typeof(SqlMapper.IDynamicParameters).IsAssignableFrom(values))
            return null;
        var names = Names().Matches(sql).Select(match => match.Value[1..]).ToHashSet();
        var properties = values?.GetProperties().Where(property => names.Contains(property.Name)).ToArray() ?? [];
        return properties.Any(property => IsList(property.PropertyType)) ? null : new Statement(CreateCommand(), sql, properties);
    }

    // "IN @ids": as many parameters as there are items.
    private static bool IsList(Type type) => typeof(IEnumerable).IsAssignableFrom(type) && type != typeof(string) && type != typeof(byte[]);

    [GeneratedRegex("@[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Names();

    /// <summary>A compiled statement with the properties that its parameters come from.</summary>
    internal sealed class Statement : IDisposable
    {
        private readonly SqliteCommand command;
        private readonly PropertyInfo[] properties;
        private Delegate? parser;
        private Type[] columns = [];

        public Statement(SqliteCommand command, string sql, PropertyInfo[] properties)
        {
            this.command = command;
            this.properties = properties;
            command.CommandText = sql;
            foreach (var property in properties)
                command.Parameters.Add(new SqliteParameter { ParameterName = "@" + property.Name });
        }

        /// <summary>Runs it; the number of rows it touched.</summary>
        public int Execute(object? values)
        {
            Bind(values);
            return command.ExecuteNonQuery();
        }

        public List<T> Query<T>(object? values)
        {
            using var reader = Read(values);
            var parse = ParserFor<T>(reader);
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(parse(reader));
            return rows;
        }

        public T? First<T>(object? values)
        {
            using var reader = Read(values);
            var parse = ParserFor<T>(reader);
            return reader.Read() ? parse(reader) : default;
        }

        /// <summary>The first column of the first row; the type's default without a row or for NULL.</summary>
        public T? Scalar<T>(object? values)
        {
            using var reader = Read(values);
            var parse = ParserFor<T>(reader);
            return reader.Read() && !reader.IsDBNull(0) ? parse(reader) : default;
        }

        public void Dispose() => command.Dispose();

        private SqliteDataReader Read(object? values)
        {
            Bind(values);
            return command.ExecuteReader();
        }

        private void Bind(object? values)
        {
            for (var i = 0; i < properties.Length; i++)
                command.Parameters[i].Value = properties[i].GetValue(values) ?? DBNull.Value;
        }

        // SQLite's columns have the type of what is in them, which may change from run to run.
        private Func<DbDataReader, T> ParserFor<T>(SqliteDataReader reader)
        {
            if (parser is Func<DbDataReader, T> known && HasSameColumns(reader))
                return known;
            columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetFieldType)];
            var made = reader.GetRowParser<T>();
            parser = made;
            return made;
        }

        private bool HasSameColumns(SqliteDataReader reader)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (reader.GetFieldType(i) != columns[i])
                    return false;
            }
            return columns.Length == reader.FieldCount;
        }
    }
}
