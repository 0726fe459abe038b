using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Dapper;
using Microsoft.Data.SqlClient;
using Qudao.Platform;

namespace Qudao.SqlServer.Tests;

/// <summary>Values travel to SQL Server in types that its columns take without a second look: the same for null.</summary>
public class ParameterTests
{
    private static readonly SqlServerDialect Dialect = new("Server=none");

    private static IEnumerable<TestCaseData> Values() =>
    [
        Case(new { v = "王伟" }, SqlDbType.NVarChar, "王伟"),
        Case(new { v = (string?)null }, SqlDbType.NVarChar, DBNull.Value),
        Case(new { v = 1L }, SqlDbType.BigInt, 1L),
        Case(new { v = (long?)null }, SqlDbType.BigInt, DBNull.Value),
        Case(new { v = 1 }, SqlDbType.Int, 1),
        Case(new { v = true }, SqlDbType.Bit, true),
        Case(new { v = (bool?)null }, SqlDbType.Bit, DBNull.Value),
        Case(new { v = new byte[] { 1 } }, SqlDbType.VarBinary, new byte[] { 1 }),
        Case(new { v = (byte[]?)null }, SqlDbType.VarBinary, DBNull.Value),
        Case(new { v = new DateOnly(2026, 11, 5) }, SqlDbType.Date, new DateOnly(2026, 11, 5)),
        Case(new { v = (DateOnly?)new DateOnly(2026, 11, 5) }, SqlDbType.Date, new DateOnly(2026, 11, 5)),
        Case(new { v = (DateOnly?)null }, SqlDbType.NVarChar, DBNull.Value),
    ];

    private static TestCaseData Case(object values, SqlDbType type, object sent) => new(values, type, sent);

    [TestCaseSource(nameof(Values))]
    public void A_value_travels_in_its_columns_type(object values, SqlDbType type, object sent)
    {
        using var connection = new Listener();
        connection.Execute(Dialect.Translate("UPDATE t SET a = @v"), values);
        Assert.That(connection.Sent, Is.EqualTo((type, sent)));
    }

    /// <summary>Takes the place of a connection to SQL Server: hears what would be sent, with SqlClient's own parameters.</summary>
    private sealed class Listener : DbConnection
    {
        public (SqlDbType Type, object Value) Sent { get; private set; }

        [AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "";

        public override string DataSource => "";

        public override string ServerVersion => "";

        public override ConnectionState State => ConnectionState.Open;

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        public override void Close()
        {
        }

        public override void Open()
        {
        }

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

        protected override DbCommand CreateDbCommand() => new Command(this);

        private sealed class Command(Listener listener) : DbCommand
        {
            private readonly SqlCommand command = new();

            [AllowNull]
            public override string CommandText { get; set; } = "";

            public override int CommandTimeout { get; set; }

            public override CommandType CommandType { get; set; }

            public override bool DesignTimeVisible { get; set; }

            public override UpdateRowSource UpdatedRowSource { get; set; }

            protected override DbConnection? DbConnection { get; set; }

            protected override DbParameterCollection DbParameterCollection => command.Parameters;

            protected override DbTransaction? DbTransaction { get; set; }

            public override void Cancel()
            {
            }

            public override int ExecuteNonQuery()
            {
                listener.Sent = (command.Parameters[0].SqlDbType, command.Parameters[0].Value);
                return 1;
            }

            public override object? ExecuteScalar() => throw new NotSupportedException();

            public override void Prepare()
            {
            }

            protected override DbParameter CreateDbParameter() => command.CreateParameter();

            protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                command.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
