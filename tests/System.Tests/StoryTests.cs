using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.System.Tests;

/// <summary>One true story on the real survey, on both ways of running Qudao and over both ways of calling it.</summary>
public class StoryTests
{
    [Test]
    public Task In_one_process_over_REST() => TellAsync(data => House.StandaloneAsync(data, Transport.Rest));

    [Test]
    public Task In_one_process_over_gRPC() => TellAsync(data => House.StandaloneAsync(data, Transport.Grpc));

    [Test]
    public Task In_two_instances_of_each_over_REST() => TellAsync(data => House.ProcessesAsync(data, Transport.Rest));

    [Test]
    public Task In_two_instances_of_each_over_gRPC() => TellAsync(data => House.ProcessesAsync(data, Transport.Grpc));

    private static async Task TellAsync(Func<string, Task<House>> open)
    {
        var data = Directory.CreateTempSubdirectory("qudao-story").FullName;
        try
        {
            await using var house = await open(data);
            await new Story(house).TellAsync();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
