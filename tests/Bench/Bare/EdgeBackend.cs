using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qudao.Dealer.V1;

namespace Qudao.Bench.Bare;

/// <summary>What stands behind both gateways: HTTP/2 alone, as our services, answers one partner over REST and gRPC and knows one organisation.</summary>
internal static class EdgeBackend
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<OnePartner>();
        app.MapGrpcService<OneOrganisation>();
        app.MapGet("/v1/partners/{id}", (string id) => MinimalApi.One);
        app.MapGet("/readyz", () => "ready");
        return app;
    }

    private sealed class OnePartner : PartnerService.PartnerServiceBase
    {
        private static readonly Task<Partner> One = Task.FromResult(Answers.One);

        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context) => One;
    }

    private sealed class OneOrganisation : OrganisationService.OrganisationServiceBase
    {
        public override Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context) =>
            Task.FromResult(new Organisation { Name = request.Name, ScopePath = "/hq/" });
    }
}
