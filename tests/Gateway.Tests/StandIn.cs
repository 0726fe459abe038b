using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Running;

namespace Qudao.Gateway.Tests;

/// <summary>
/// An instance of a service as the gateway sees one: HTTP/2 alone, healthy, and answering every request with what came in.
/// It can be cut off in the middle of everything and started again on the same port.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly string name;
    private readonly int port;
    private int hanging;
    private WebApplication app;

    private StandIn(string name, int port)
    {
        (this.name, this.port) = (name, port);
        app = null!;
    }

    public string Address => $"http://127.0.0.1:{port}";

    /// <summary>The people that its StaffService knows.</summary>
    public Dictionary<string, Staff> Staff { get; } = [];

    /// <summary>The organisations that its OrganisationService knows.</summary>
    public Dictionary<string, Organisation> Organisations { get; } = new[] { "hq", "js", "zj" }.ToDictionary(
        id => $"organisations/{id}", id => new Organisation { Name = $"organisations/{id}", DisplayName = id, ScopePath = id == "hq" ? "/hq/" : $"/hq/{id}/" });

    /// <summary>Requests to a path that ends with "/hang" wait for this.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once such a request has begun to arrive.</summary>
    public TaskCompletionSource Hangs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many such requests have come so far.</summary>
    public int Hanging => hanging;

    public static async Task<StandIn> StartAsync(string name = "stand-in")
    {
        var standIn = new StandIn(name, FreePort.Next());
        await standIn.StartAgainAsync();
        return standIn;
    }

    public Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.IgnoreUnknownServices = true);
        builder.Services.AddSingleton(new People(Staff)).AddSingleton(new Places(Organisations));
        app = builder.Build();
        app.MapGrpcService<People>();
        app.MapGrpcService<Places>();
        app.MapGet("/readyz", () => "");
        app.MapFallback(EchoAsync);
        return app.StartAsync();
    }

    /// <summary>Breaks every connection off and stops listening, as the end of its process would.</summary>
    public Task CutOffAsync() => app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        Release.TrySetResult();
        await app.DisposeAsync();
    }

    private async Task EchoAsync(HttpContext http)
    {
        var hangs = http.Request.Path.Value!.EndsWith("/hang", StringComparison.Ordinal);
        if (hangs)
        {
            Interlocked.Increment(ref hanging);
            Hangs.TrySetResult();
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (hangs)
            await Release.Task.WaitAsync(http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new Echo(
            name, http.Request.Method, http.Request.Path, body.Length, http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
    }

    /// <summary>The Dealer's organisations, as far as the gateway asks for them; each is seen by everybody.</summary>
    private sealed class Places(Dictionary<string, Organisation> organisations) : OrganisationService.OrganisationServiceBase
    {
        public override Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context) =>
            organisations.TryGetValue(request.Name, out var found) ? Task.FromResult(found) : throw Errors.ToRpc(Errors.NotFound(request.Name), Errors.Language(context));
    }

    /// <summary>The Dealer's staff, as far as the gateway asks for them; like the Dealer it wants to know who asks.</summary>
    private sealed class People(Dictionary<string, Staff> staff) : StaffService.StaffServiceBase
    {
        public override Task<Staff> GetStaff(GetStaffRequest request, ServerCallContext context)
        {
            Assert.That(context.RequestHeaders.GetValue("authorization"), Does.StartWith("Bearer ey"));
            return staff.TryGetValue(request.Name, out var found)
                ? Task.FromResult(found)
                : throw Errors.ToRpc(Errors.NotFound(request.Name), Errors.Language(context));
        }
    }
}

/// <summary>What reached an instance.</summary>
internal sealed record Echo(string Instance, string Method, string Path, long Length, Dictionary<string, string> Headers);
