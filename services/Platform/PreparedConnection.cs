using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Qudao.Platform;

/// <summary>
/// A SQLite connection that keeps its statements compiled. Dapper gives each call a command of its own, which SQLite then
/// compiles anew: more than four fifths of what a small statement costs. Rows become objects by Dapper here too. Like any
/// connection it serves one caller at a time.
/// </summary>
internal sealed class PreparedConnection(string connectionString) : SqliteConnection(connectionString)
{
    // Statements are constants: there are no more of them than the code has.
    private readonly Dictionary<(string Sql, Type? Values), PreparedStatement?> statements = [];

    /// <summary>The statement, compiled when it is first asked for; null where its values are of a kind that is Dapper's to spread out.</summary>
    public PreparedStatement? Find(string sql, object? values)
    {
        var key = (sql, values?.GetType());
        return statements.TryGetValue(key, out var known) ? known : statements[key] = PreparedStatement.Make(this, sql, key.Item2);
    }

    /// <summary>Rows written through it since it was opened, also those of what was undone.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(Handle);

    public bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Runs a statement without values: BEGIN, COMMIT and the like.</summary>
    public void Run(string sql) => Find(sql, null)!.Execute(null);

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
}

/// <summary>One compiled statement, and the properties that its parameters come from.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private const uint Persistent = 1;
    private const int OnStack = 512;

    private static readonly HashSet<Type> Bindable = [typeof(string), typeof(long), typeof(int), typeof(bool), typeof(double), typeof(byte[]), typeof(DateOnly)];

    private readonly PreparedConnection connection;
    private readonly sqlite3_stmt compiled;
    private readonly PropertyInfo?[] properties;
    private readonly SqliteCommand reading;
    private Delegate? parser;
    private Type[] columns = [];

    private PreparedStatement(PreparedConnection connection, string sql, sqlite3_stmt compiled, PropertyInfo?[] properties)
    {
        this.connection = connection;
        this.compiled = compiled;
        this.properties = properties;
        reading = connection.CreateCommand();
        reading.CommandText = sql;
        foreach (var property in properties.OfType<PropertyInfo>())
            reading.Parameters.Add(new SqliteParameter { ParameterName = "@" + property.Name });
    }

    /// <param name="values">The type whose properties are the values; null for a statement without.</param>
    public static PreparedStatement? Make(PreparedConnection connection, string sql, Type? values)
    {
        if (values is not null && typeof(SqlMapper.IDynamicParameters).IsAssignableFrom(values))
            return null;
        var known = values?.GetProperties().Where(property => sql.Contains("@" + property.Name, StringComparison.Ordinal)).ToDictionary(property => "@" + property.Name) ?? [];
        // "IN @ids" is SQL only once there are as many parameters as items.
        if (known.Values.Any(property => !IsBindable(property.PropertyType)))
            return null;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(connection.Handle, sql, Persistent, out var compiled, out var rest), connection.Handle);
        var names = Enumerable.Range(1, raw.sqlite3_bind_parameter_count(compiled)).Select(i => raw.sqlite3_bind_parameter_name(compiled, i).utf8_to_string());
        PropertyInfo?[] properties = [.. names.Select(known.GetValueOrDefault)];
        if (properties.All(property => property is not null) && string.IsNullOrWhiteSpace(rest))
            return new PreparedStatement(connection, sql, compiled, properties);
        compiled.Dispose();
        return null;
    }

    /// <summary>Runs it; the number of rows it touched.</summary>
    /// <exception cref="SqliteException">It failed; nothing of it was done.</exception>
    public int Execute(object? values)
    {
        for (var i = 0; i < properties.Length; i++)
            Bind(i + 1, properties[i]!.GetValue(values));
        try
        {
            int code;
            do
                code = raw.sqlite3_step(compiled);
            while (code == raw.SQLITE_ROW);
            if (code != raw.SQLITE_DONE)
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
            return raw.sqlite3_changes(connection.Handle);
        }
        finally
        {
            _ = raw.sqlite3_reset(compiled);
        }
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

    public void Dispose()
    {
        compiled.Dispose();
        reading.Dispose();
    }

    private static bool IsBindable(Type type) => Bindable.Contains(Nullable.GetUnderlyingType(type) ?? type);

    private void Bind(int index, object? value) => _ = value switch
    {
        null => raw.sqlite3_bind_null(compiled, index),
        string text => BindText(index, text),
        long number => raw.sqlite3_bind_int64(compiled, index, number),
        int number => raw.sqlite3_bind_int64(compiled, index, number),
        bool yes => raw.sqlite3_bind_int64(compiled, index, yes ? 1 : 0),
        double number => raw.sqlite3_bind_double(compiled, index, number),
        DateOnly date => BindText(index, date.ToString("yyyy-MM-dd")),
        byte[] bytes => raw.sqlite3_bind_blob(compiled, index, bytes),
        _ => throw new InvalidOperationException($"{value.GetType()} is no value for SQLite."),
    };

    private int BindText(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented is null ? stackalloc byte[OnStack] : rented;
        var code = raw.sqlite3_bind_text(compiled, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return code;
    }

    private SqliteDataReader Read(object? values)
    {
        for (var i = 0; i < properties.Length; i++)
            reading.Parameters[i].Value = properties[i]!.GetValue(values) ?? DBNull.Value;
        return reading.ExecuteReader();
    }

    // SQLite's columns have the type of what is in them, which may change from run to run.
    private Func<DbDataReader, T> ParserFor<T>(SqliteDataReader reader)
    {
        if (parser is Func<DbDataReader, T> known && HasSameColumns(reader))
            return known;
        columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetFieldType)];
        var parse = reader.GetRowParser(typeof(T));
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        Func<DbDataReader, T> made = row => parse(row) switch
        {
            T value => value,
            null => default!,
            var other => (T)Convert.ChangeType(other, type, CultureInfo.InvariantCulture),
        };
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
