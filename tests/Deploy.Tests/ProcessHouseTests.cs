using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Deploy.Tests;

/// <summary>The house of processes itself: starts, heals, stops; what goes on inside it is System.Tests' matter.</summary>
internal sealed class ProcessHouseTests
{
    [Test]
    public async Task The_house_starts_survives_a_killed_service_and_a_killed_broker_and_stops_in_order()
    {
        Needs.RabbitMq();
        var data = Directory.CreateTempSubdirectory("qudao-house-").FullName;
        await using (var house = new ProcessHouse(new HouseOptions { Data = data, Instances = 2, Faults = true }))
        {
            await house.StartAsync();
            Assert.That(house.AdminPassword, Has.Length.GreaterThanOrEqualTo(12));
            Assert.That(house.Instances, Has.Count.EqualTo(10));
            Assert.ThrowsAsync<InvalidOperationException>(async () =>
            {
                await using var second = new ProcessHouse(new HouseOptions { Data = data });
                await second.StartAsync();
            });

            await house["dealer-1"].KillAsync();
            Assert.That(await house["dealer-1"].Process.Exit, Is.EqualTo(137));
            await house["dealer-1"].StartAsync();

            await house.Broker.KillAsync();
            await house["dealer-2"].WaitUntilReadyAsync();
            await house["contract-1"].KillAsync();
            await house["contract-1"].StartAsync();
            await house.Broker.StartAsync();

            await house.StopAsync();
            Assert.That(house.Servers.Select(server => server.Process.Exit.Result), Is.All.Zero);
        }
        Directory.Delete(data, recursive: true);
    }

    [Test]
    public async Task Standalone_starts_is_killed_starts_again_on_its_data_and_stops_in_order()
    {
        var data = Directory.CreateTempSubdirectory("qudao-standalone-").FullName;
        await using (var standalone = new StandaloneProcess(data, faults: true))
        {
            await standalone.StartAsync();
            var password = standalone.AdminPassword;
            await standalone.KillAsync();
            await standalone.StartAsync();

            Assert.That(Welcome.FindPassword(standalone.Server.Process.Output), Is.Null, "the password is told once");
            Assert.That(standalone.AdminPassword, Is.EqualTo(password));
            await standalone.StopAsync();
        }
        Directory.Delete(data, recursive: true);
    }
}
