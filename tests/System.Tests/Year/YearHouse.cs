using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Contract;
using Qudao.Dealer;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.System.Tests.Year;

/// <summary>
/// The Dealer and the Contract service side by side on SQLite files, joined by a bus, with one clock that a test moves day by
/// day. Without the gateway: whoever calls brings a token that lasts for all the days.
/// </summary>
internal sealed class YearHouse : IAsyncDisposable
{
    private const int SweepMilliseconds = 100;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("qudao-year-").FullName;
    private readonly TestKeys keys;
    private readonly WebApplication dealer;
    private readonly WebApplication contract;
    private readonly GrpcChannel toDealer;
    private readonly GrpcChannel toContract;

    private YearHouse(TestKeys keys, DateOnly first)
    {
        this.keys = keys;
        SetClock(first);
        var (dealerAddress, contractAddress) = ($"http://127.0.0.1:{FreePort.Next()}", $"http://127.0.0.1:{FreePort.Next()}");
        var bus = new LocalBus(services: 2);
        dealer = Build(new DealerModule(), "dealer", dealerAddress, contractAddress, dealerAddress, bus);
        contract = Build(new ContractModule(), "contract", contractAddress, contractAddress, dealerAddress, bus);
        (toDealer, toContract) = (GrpcChannel.ForAddress(dealerAddress), GrpcChannel.ForAddress(contractAddress));
    }

    public Db Dealer => dealer.Services.GetRequiredService<Db>();

    public Db Contract => contract.Services.GetRequiredService<Db>();

    public DateOnly Today => ChinaTime.Today(Contract.Clock);

    private string ClockFile => Path.Combine(folder, "clock");

    public static async Task<YearHouse> StartAsync(DateOnly first)
    {
        var house = new YearHouse(await TestKeys.StartAsync(), first);
        await Task.WhenAll(house.dealer.StartServiceAsync(typeof(DealerModule).Assembly), house.contract.StartServiceAsync(typeof(ContractModule).Assembly));
        return house;
    }

    /// <summary>A client of the Dealer service, as this person.</summary>
    public TClient Dealing<TClient>(YearPerson person)
        where TClient : ClientBase<TClient> => Client<TClient>(toDealer, person);

    /// <summary>A client of the Contract service, as this person.</summary>
    public TClient Contracting<TClient>(YearPerson person)
        where TClient : ClientBase<TClient> => Client<TClient>(toContract, person);

    /// <summary>Moves both services to nine o'clock of the day.</summary>
    public async Task MoveToAsync(DateOnly day)
    {
        SetClock(day);
        await Eventually.Async(() => ChinaTime.Today(Dealer.Clock) == day && Today == day, Soon, $"it is {day:yyyy-MM-dd}");
    }

    public async ValueTask DisposeAsync()
    {
        toDealer.Dispose();
        toContract.Dispose();
        foreach (var app in new[] { contract, dealer })
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        await keys.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private void SetClock(DateOnly day) => FaultSettings.SetClock(ClockFile, ChinaTime.At(day, new TimeOnly(9, 0)) - DateTimeOffset.UtcNow);

    private WebApplication Build(IModule module, string name, string address, string contractAddress, string dealerAddress, LocalBus bus) => ServiceHost.Build(module, [], new Dictionary<string, string?>
    {
        ["Listen"] = address,
        ["Database:Provider"] = "sqlite",
        // What was told in January is compared in December.
        ["Retention:EventDays"] = "36500",
        ["Database:Path"] = Path.Combine(folder, $"{name}.db"),
        ["Auth:Jwks"] = keys.Address,
        ["Services:Dealer"] = dealerAddress,
        ["Services:Contract"] = contractAddress,
        ["Faults:Enabled"] = "true",
        ["Faults:ClockFile"] = ClockFile,
        ["Faults:SweepMilliseconds"] = $"{SweepMilliseconds}",
        ["Logging:LogLevel:Default"] = "Error",
    }, bus);

    private TClient Client<TClient>(GrpcChannel channel, YearPerson person)
    {
        var token = keys.Sign(new Dictionary<string, object?>
        {
            [JwtRegisteredClaimNames.Sub] = person.StaffId,
            [TokenClaims.Name] = person.StaffId,
            [TokenClaims.Staff] = person.StaffId,
            [TokenClaims.Organisation] = person.ScopePath.Trim('/').Split('/')[^1],
            [TokenClaims.ScopePath] = person.ScopePath,
            [TokenClaims.Assignee] = Protocol.Roles.AssignedOnly.Contains(person.Role) ? person.StaffId : null,
            [TokenClaims.Roles] = new[] { person.Role },
            [TokenClaims.Source] = "test",
        });
        var invoker = channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {token}");
            return headers;
        });
        return (TClient)Activator.CreateInstance(typeof(TClient), invoker)!;
    }
}

/// <summary>Somebody who acts: a role at a place in the tree.</summary>
internal sealed record YearPerson(string StaffId, string Role, string ScopePath);
