using global::System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Qudao.Dealer.V1;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.System.Tests;

/// <summary>How a person's calls travel.</summary>
public enum Transport
{
    Rest,
    Grpc,
}

/// <summary>A running Qudao as its users meet it: two addresses, one administrator, and a clock that a test may move.</summary>
public sealed class House(Uri http, Uri grpc, string clockFile, string adminPassword, Transport transport, IAsyncDisposable running) : IAsyncDisposable
{
    // By the password that was given, which is made by chance and nobody else's.
    private static readonly ConcurrentDictionary<string, string> Own = new();

    public static async Task<House> StandaloneAsync(string data, Transport transport)
    {
        var process = new StandaloneProcess(data, faults: true);
        await process.StartAsync();
        return Over(process, transport);
    }

    public static async Task<House> ProcessesAsync(string data, Transport transport)
    {
        var processes = new ProcessHouse(new HouseOptions { Data = data, Instances = 2, Faults = true });
        await processes.StartAsync();
        return Over(processes, transport);
    }

    /// <summary>Over what runs already; it owns that from now on.</summary>
    public static House Over(StandaloneProcess process, Transport transport) =>
        new(process.Http, process.Grpc, process.ClockFile, process.AdminPassword, transport, process);

    /// <inheritdoc cref="Over(StandaloneProcess, Transport)"/>
    public static House Over(ProcessHouse processes, Transport transport) =>
        new(processes.Http, processes.Grpc, processes.ClockFile, processes.AdminPassword, transport, processes);

    public Uri Http => http;

    /// <summary>The same house, called the other way.</summary>
    public House By(Transport other) => new(http, grpc, clockFile, adminPassword, other, running);

    public ValueTask DisposeAsync() => running.DisposeAsync();

    /// <summary>Moves the clock of all processes to this instant; it runs on from there. Sessions may have ended since: sign in anew.</summary>
    public void MoveClock(DateTimeOffset to) => FaultSettings.SetClock(clockFile, to - DateTimeOffset.UtcNow);

    public Task<Person> AdministratorAsync() => SignInAsync("admin", adminPassword);

    /// <summary>Signs in; a password that was given is changed to one of the person's own, which serves from then on in its place.</summary>
    public async Task<Person> SignInAsync(string login, string password)
    {
        var request = new CreateSessionRequest { Login = login, Password = Own.GetValueOrDefault(password, password) };
        var session = await new SessionService.SessionServiceClient(Invoker(null)).CreateSessionAsync(request);
        var person = new Person(Invoker(session.Token), session.User, session.Token);
        if (!session.User.PasswordTemporary)
            return person;
        Own[password] = $"{password}-own";
        await person.Ask<UserService.UserServiceClient>().ChangePasswordAsync(new ChangePasswordRequest { OldPassword = password, NewPassword = Own[password] });
        return person;
    }

    public Person Nobody() => new(Invoker(null), new User(), "");

    private CallInvoker Invoker(string? token)
    {
        if (transport == Transport.Grpc)
            return GrpcChannel.ForAddress(grpc).Intercept(headers =>
            {
                if (token is not null)
                    headers.Add("authorization", $"Bearer {token}");
                return headers;
            });
        var client = new HttpClient { BaseAddress = http };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return new RestInvoker(client);
    }
}

/// <summary>Somebody who is signed in.</summary>
public sealed class Person(CallInvoker invoker, User user, string token)
{
    public User User => user;

    /// <summary>What goes into the header "Authorization: Bearer …"; a secret.</summary>
    public string Token => token;

    /// <summary>A generated client that calls as this person.</summary>
    public TClient Ask<TClient>()
        where TClient : ClientBase<TClient> => (TClient)Activator.CreateInstance(typeof(TClient), invoker)!;

    /// <summary>Takes somebody on and lets him sign in: resource name of the staff, and the first password.</summary>
    public async Task<(string Staff, string Password)> HireAsync(string login, string name, string organisation, params string[] roles)
    {
        var staff = await Ask<StaffService.StaffServiceClient>().CreateStaffAsync(
            new CreateStaffRequest { Staff = new Staff { DisplayName = name, Organisation = $"organisations/{organisation}", Roles = { roles } } });
        var hired = await Ask<UserService.UserServiceClient>().CreateUserAsync(new CreateUserRequest { User = new User { Login = login, Staff = staff.Name } });
        return (staff.Name, hired.InitialPassword);
    }
}

/// <summary>Days of the story, in the time of Shanghai.</summary>
public static class Day
{
    public static DateTimeOffset At(int month, int day, int hour, int minute = 0) => ChinaTime.At(new DateOnly(2026, month, day), new TimeOnly(hour, minute));
}
