using Qudao.Standalone;
using Qudao.Standalone.Demo;

try
{
    var options = Options.Parse(args);
    using var stop = new StopSignal();
    using var data = new DataFolder(options.Data);
    if (options.Restore is { } backup)
    {
        await Restore.RunAsync(backup, data, options.Overwrite);
        return 0;
    }
    Restore.Finish(data);
    await using var house = new House(options, data);
    await house.StartAsync();
    Console.Out.WriteLine($"Qudao is ready at {house.Http}");
    var demo = options.Demo ? DemoLoad.RunAsync(house, data, stop.Token) : Task.CompletedTask;
    await stop.Asked;
    await demo;
    await house.StopAsync();
    return 0;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
