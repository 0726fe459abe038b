// What build.ps1 starts: builds, runs, tests and measures Qudao.
using Qudao.Tasks;

var line = CommandLine.Parse(args);
if (line.WantsHelp)
{
    Console.Out.WriteLine(CommandLine.Usage);
    return 0;
}
if (line.Faults.Count > 0)
{
    foreach (var fault in line.Faults)
        Console.Error.WriteLine(fault);
    Console.Error.WriteLine();
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}
try
{
    return line.Verb switch
    {
        "build" => await Build.EverythingAsync(),
        "test" => await Test.RunAsync(line.Text("--filter")),
        "bench" => await Bench.RunAsync(line.Rest),
        _ when line.Has("--processes") => await RunProcesses.RunAsync(line),
        _ => await RunStandalone.RunAsync(line),
    };
}
catch (Exception fault) when (fault is InvalidOperationException or TimeoutException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
