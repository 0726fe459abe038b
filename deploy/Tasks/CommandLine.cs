using System.Globalization;

namespace Qudao.Tasks;

/// <summary>What was asked for: a verb, its options, and everything that is wrong with them.</summary>
internal sealed class CommandLine
{
    public const string Usage = """
        Usage: sh build.ps1 VERB [OPTIONS]     (PowerShell: ./build.ps1 VERB [OPTIONS])

          run     builds and starts Qudao on this machine, loopback only
                    --data DIR      where its data lies (default: .qudao in the checkout)
                    --port N        REST and console (default: 5080)
                    --grpc-port N   gRPC (default: 5081)
                    --demo          loads a demonstration network (not with --processes)
                    --restore FILE  puts a backup in the place of the data and ends (not with --processes)
                    --overwrite     with --restore: though there is data already, which is lost
                    --processes     every service as a process of its own, over a private RabbitMQ
                    --instances N   with --processes: processes of each service, 1 to 9 (default: 1)
          test    installs what is missing, builds, checks the format, runs every test
                    --filter EXPR   only these tests, written as for "dotnet test"
          bench   builds and measures against the bare stack; options go to tests/Bench
          build   builds everything in Release
        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new()
    {
        ["run"] = ["--data", "--port", "--grpc-port", "--demo", "--restore", "--overwrite", "--processes", "--instances"],
        ["test"] = ["--filter"],
        ["bench"] = [],
        ["build"] = [],
    };

    private static readonly string[] Switches = ["--demo", "--overwrite", "--processes"];

    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _faults = [];

    private CommandLine(string verb, IReadOnlyList<string> rest)
    {
        Verb = verb;
        Rest = rest;
    }

    public string Verb { get; }

    /// <summary>Everything after the verb.</summary>
    public IReadOnlyList<string> Rest { get; }

    /// <summary>One line for each thing that is wrong; empty when all is well.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public bool WantsHelp => Verb is "help" or "--help" or "-h";

    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine(arguments.FirstOrDefault() ?? "", [.. arguments.Skip(1)]);
        if (line.WantsHelp)
            return line;
        if (!OptionsOf.TryGetValue(line.Verb, out var known))
            line._faults.Add(line.Verb.Length == 0 ? "Say what to do: run, test, bench or build." : $"Unknown verb: {line.Verb}");
        else if (line.Verb != "bench")
            line.Read(known);
        return line;
    }

    public bool Has(string option) => _options.ContainsKey(option);

    public string? Text(string option) => _options.GetValueOrDefault(option);

    public int? Number(string option) => Text(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private void Read(string[] known)
    {
        for (var i = 0; i < Rest.Count; i++)
        {
            var (name, value) = Rest[i].Split('=', 2) is [var left, var right] ? (left, right) : (Rest[i], null);
            if (!known.Contains(name))
                _faults.Add($"{Verb} has no option {name}");
            else if (Switches.Contains(name))
                Set(name, value is null ? "" : null, $"{name} takes no value");
            else if (value is not null)
                Set(name, value, "");
            else if (i + 1 < Rest.Count && !Rest[i + 1].StartsWith("--", StringComparison.Ordinal))
                Set(name, Rest[++i], "");
            else
                _faults.Add($"{name} needs a value");
        }
        CheckNumber("--port", 1, 65535);
        CheckNumber("--grpc-port", 1, 65535);
        CheckNumber("--instances", 1, 9);
        if (Has("--instances") && !Has("--processes"))
            _faults.Add("--instances goes with --processes");
        foreach (var alone in (string[])["--demo", "--restore"])
            if (Has(alone) && Has("--processes"))
                _faults.Add($"{alone} goes without --processes");
        if (Has("--demo") && Has("--restore"))
            _faults.Add("--demo goes without --restore");
        if (Has("--overwrite") && !Has("--restore"))
            _faults.Add("--overwrite goes with --restore");
        if (_faults.Count == 0 && (Number("--port") ?? Defaults.Port) == (Number("--grpc-port") ?? Defaults.GrpcPort))
            _faults.Add("--port and --grpc-port must differ");
    }

    private void Set(string name, string? value, string otherwise)
    {
        if (value is null)
            _faults.Add(otherwise);
        else if (!_options.TryAdd(name, value))
            _faults.Add($"{name} is given twice");
    }

    private void CheckNumber(string name, int least, int most)
    {
        if (Text(name) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most))
            _faults.Add($"{name} must be a number from {least} to {most}, not \"{text}\"");
    }
}
