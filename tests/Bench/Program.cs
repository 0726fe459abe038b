// Measures Qudao against the bare stack it stands on, in turn, in the same minutes; see README.md beside this.
using Qudao.Bench;

if (args is ["serve", var what, .. var settings])
    return await Serve.RunAsync(what, settings);

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, stop.CancelAsync());

var scenes = Scenes.All;
var options = Options.Parse(args, [.. scenes.SelectMany(scene => scene.Contests).Select(contest => contest.Name)]);
if (options.WantsHelp || options.Faults.Count > 0)
{
    var to = options.WantsHelp ? Console.Out : Console.Error;
    foreach (var fault in options.Faults)
        to.WriteLine(fault);
    to.WriteLine(Options.Usage);
    foreach (var contest in scenes.SelectMany(scene => scene.Contests))
        to.WriteLine($"  {contest.Name,-14} {string.Join("; ", contest.Lines.Select(line => line.Title))}");
    return options.WantsHelp ? 0 : 2;
}

var results = new List<Result>();
foreach (var scene in scenes)
    results.AddRange(await Rounds.RunAsync(scene, options, stop.Token));
Table.Print(results, options);
return options.Check && results.Any(result => result.IsMet == false) ? 1 : 0;
