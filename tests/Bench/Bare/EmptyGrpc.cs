using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;

namespace Qudao.Bench.Bare;

/// <summary>gRPC on Kestrel and nothing else: the same contract, answers made beforehand.</summary>
internal static class EmptyGrpc
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<EmptyPartners>();
        app.MapGrpcService<EmptyAgreements>();
        return app;
    }

    private sealed class EmptyPartners : PartnerService.PartnerServiceBase
    {
        private static readonly Partner Empty = new();
        private static readonly Task<Partner> One = Task.FromResult(Answers.One);
        private static readonly Task<ListPartnersResponse> Page = Task.FromResult(Answers.Page);

        public override Task<Partner> CreatePartner(CreatePartnerRequest request, ServerCallContext context) => Task.FromResult(Empty);

        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context) => One;

        public override Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context) => Page;
    }

    private sealed class EmptyAgreements : AgreementService.AgreementServiceBase
    {
        private static readonly Agreement Empty = new();

        public override Task<Agreement> SignAgreement(SignAgreementRequest request, ServerCallContext context) => Task.FromResult(Empty);
    }
}
