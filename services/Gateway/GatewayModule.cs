using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection;
using Qudao.Dealer.V1;
using Qudao.Gateway.Access;
using Qudao.Gateway.ApiClients;
using Qudao.Gateway.Edge;
using Qudao.Gateway.Events;
using Qudao.Gateway.Issuer;
using Qudao.Gateway.Keys;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.Users;
using Qudao.Gateway.Webhooks;
using Qudao.Platform;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;

namespace Qudao.Gateway;

/// <summary>The gateway: sign-in and users of its own, everything else passed on to the services.</summary>
public sealed class GatewayModule : IModule
{
    public string Name => "gateway";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var (webhooks, kept) = (WebhookSettings.From(configuration), new EventRetention(configuration));
        services.AddChecks(webhooks);
        services.AddSingleton<Passwords>().AddSingleton<TokenMint>().AddSingleton<SignedInSessions>().AddSingleton<RoleBook>().AddSingleton<UserAccess>().AddSingleton<TokenEndpoint>().AddSingleton<Limits>().AddSingleton<Shedding>().AddSingleton<TrustedProxies>().AddSingleton<Readiness>();
        services.AddSingleton<SigningKeys>().AddHostedService(provider => provider.GetRequiredService<SigningKeys>());
        services.AddSingleton(Console.Out).AddHostedService<FirstAdministrator>();
        if (IssuerSettings.From(configuration) is { } issuer)
            services.AddSingleton(issuer).AddSingleton<IssuerTokens>().AddSingleton<IssuerSignIn>();
        services.AddSweep("sessions", SignedInSessions.SweepAsync);
        services.AddSingleton<Quotas>().AddHostedService(provider => provider.GetRequiredService<Quotas>());
        services.AddSweep("api-tokens", CredentialStore.SweepAsync).AddSweep("api-usage", UsageStore.SweepAsync);
        services.AddSweep("events", kept.SweepAsync).AddSweep("webhooks", new WebhookRetention(kept).SweepAsync);
        services.AddSingleton(webhooks).AddSingleton(_ => new WebhookSender(webhooks)).AddHostedService<WebhookWorker>();
        services.AddServiceClient<StaffService.StaffServiceClient>("Dealer");
        services.AddServiceClient<OrganisationService.OrganisationServiceClient>("Dealer");
        services.AddSingleton<IPassiveHealthCheckPolicy, LeaveOutAtOnce>();
        // What no service answers is ours to refuse, in the form of all other refusals.
        services.Configure<GrpcServiceOptions>(grpc => grpc.IgnoreUnknownServices = true);
        // Reflection tells of every service, for whoever explores the API with a gRPC tool.
        var told = Backends.Services.Append(Health.Descriptor).ToArray();
        services.AddSingleton(new ReflectionV1ServiceImpl([.. told, Grpc.Reflection.V1.ServerReflection.Descriptor]));
        services.AddSingleton(new ReflectionServiceImpl([.. told, Grpc.Reflection.V1Alpha.ServerReflection.Descriptor]));
        services.AddReverseProxy()
            .LoadFromMemory(Backends.Routes(), Backends.Clusters(configuration))
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = TimeSpan.FromSeconds(2))
            .AddTransforms(transforms => transforms.UseDefaultForwarders = false);
        // YARP brings data protection for session affinity, which we do not use: no key ring in somebody's home folder.
        foreach (var unused in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
            services.Remove(unused);
    }

    public void Map(WebApplication app)
    {
        app.MapService<Users.UserService>();
        app.MapService<Sessions.SessionService>();
        app.MapService<Access.RoleService>();
        app.MapService<ApiClients.ApiClientService>();
        app.MapService<SecondFactors.SecondFactorService>();
        app.MapService<Events.EventService>();
        app.MapService<Webhooks.WebhookService>();
        app.MapService<Keys.SigningKeyService>();
        app.MapService<Backups.BackupService>();
        app.MapService<OperationsEndpoint>();
        app.MapGet("/livez", () => Results.Ok(new { status = "live" }));
        app.MapGet("/readyz", async (Readiness readiness) =>
            await readiness.MissingAsync() is { Count: > 0 } missing
                ? Results.Json(new { status = "not ready", missing }, statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Ok(new { status = "ready" }));
        app.MapGet(SigningKeys.Path, (SigningKeys keys) => Results.Json(keys.Published));
        app.MapPost(TokenEndpoint.Path, (HttpContext http, TokenEndpoint tokens) => tokens.AskAsync(http));
        if (app.Services.GetService<IssuerSignIn>() is { } issuer)
        {
            app.MapGet(IssuerSignIn.Path, issuer.BeginAsync);
            app.MapGet(IssuerSignIn.CallbackPath, issuer.EndAsync);
        }
        app.MapDocuments();
        app.MapEventDocument();
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(Forwarding.PassOnAsync);
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
        app.MapFallback(http => Answers.RefuseAsync(http, SignedIn.Of(http) is null
            ? Errors.Unauthenticated()
            : new Refusal(GrpcAnswers.IsGrpc(http.Request) ? StatusCode.Unimplemented : StatusCode.NotFound, "ROUTE_NOT_FOUND", "没有这个地址。", "There is nothing at this address.")));
    }
}
