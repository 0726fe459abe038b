using System.Globalization;

namespace Qudao.Bench;

/// <summary>What was asked for on the command line, and everything that is wrong with it.</summary>
internal sealed class Options
{
    public const string Usage = """
        Usage: sh build.ps1 bench [OPTIONS]

          --rows NAME,…    only these rows (default: all)
          --rounds N       how often each side is measured, in turn (default: 5)
          --seconds S      how long a side runs in each round (default: 2)
          --check          end with 1 when an aim is missed
          --help           this

        Rows:
        """;

    private readonly HashSet<string> _rows = [];
    private readonly List<string> _faults = [];

    public int Rounds { get; private set; } = 5;

    /// <summary>How long a side runs in each round.</summary>
    public TimeSpan Span { get; private set; } = TimeSpan.FromSeconds(2);

    public bool Check { get; private set; }

    public bool WantsHelp { get; private set; }

    /// <summary>One line for each thing that is wrong.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public static Options Parse(string[] args, IReadOnlyCollection<string> rows)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    options.WantsHelp = true;
                    break;
                case "--check":
                    options.Check = true;
                    break;
                case "--rows" or "--rounds" or "--seconds" when i + 1 == args.Length:
                    options._faults.Add($"{args[i]} needs a value");
                    break;
                case "--rows":
                    options.TakeRows(args[++i].Split(','), rows);
                    break;
                case "--rounds":
                    options.Rounds = (int)options.Number("--rounds", args[++i], 1, 99);
                    break;
                case "--seconds":
                    options.Span = TimeSpan.FromSeconds(options.Number("--seconds", args[++i], 0.1, 60));
                    break;
                default:
                    options._faults.Add($"bench has no option {args[i]}");
                    break;
            }
        }
        return options;
    }

    public bool Wants(string row) => _rows.Count == 0 || _rows.Contains(row);

    private void TakeRows(string[] asked, IReadOnlyCollection<string> known)
    {
        _rows.UnionWith(asked);
        _faults.AddRange(asked.Except(known).Select(unknown => $"There is no row \"{unknown}\""));
    }

    private double Number(string option, string text, double least, double most)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        _faults.Add($"{option} must be a number from {least} to {most}, not \"{text}\"");
        return least;
    }
}
