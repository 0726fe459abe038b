using System.Globalization;

namespace Qudao.Standalone;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Data">Where the databases lie.</param>
/// <param name="Port">REST and console.</param>
/// <param name="GrpcPort">gRPC.</param>
/// <param name="Demo">Whether to load the demonstration network.</param>
/// <param name="Restore">A backup to put in the place of the data, instead of serving.</param>
/// <param name="Overwrite">Whether data that is there may be lost by it.</param>
internal sealed record Options(string Data, int Port, int GrpcPort, bool Demo, string? Restore, bool Overwrite)
{
    public const string Usage = "Usage: dotnet Qudao.Standalone.dll [--data DIR] [--port 5080] [--grpc-port 5081] [--demo]\n       dotnet Qudao.Standalone.dll --restore FILE [--data DIR] [--overwrite]";

    private static readonly Options Default = new(".qudao", 5080, 5081, Demo: false, Restore: null, Overwrite: false);

    /// <exception cref="ArgumentException">What is wrong, for people.</exception>
    public static Options Parse(string[] args)
    {
        var options = Default;
        for (var i = 0; i < args.Length; i++)
            options = args[i] switch
            {
                "--demo" => options with { Demo = true },
                "--restore" => options with { Restore = Value(args, ++i) },
                "--overwrite" => options with { Overwrite = true },
                "--data" => options with { Data = Value(args, ++i) },
                "--port" => options with { Port = Number(args, ++i) },
                "--grpc-port" => options with { GrpcPort = Number(args, ++i) },
                var unknown => throw new ArgumentException($"There is no option {unknown}."),
            };
        if (options is { Restore: null, Overwrite: true } or { Restore: not null, Demo: true })
            throw new ArgumentException(options.Demo ? "--demo goes without --restore." : "--overwrite goes with --restore.");
        return options.Port != options.GrpcPort ? options : throw new ArgumentException("--port and --grpc-port must differ.");
    }

    private static string Value(string[] args, int at) =>
        at < args.Length && !args[at].StartsWith("--", StringComparison.Ordinal) ? args[at] : throw new ArgumentException($"{args[at - 1]} needs a value.");

    private static int Number(string[] args, int at) =>
        int.TryParse(Value(args, at), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw new ArgumentException($"{args[at - 1]} must be a number from 1 to 65535.");
}
