using System.Net;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Qudao.Platform.Tests.Shops;

namespace Qudao.Platform.Tests;

/// <summary>A service with the platform's REST and checks around it, on a real socket that speaks HTTP/2 only.</summary>
internal sealed class ShopHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ShopHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient(new OverHttp2()) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public ShopKeeper Keeper => _app.Services.GetRequiredService<ShopKeeper>();

    public static async Task<ShopHost> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<ShopKeeper>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HttpClient>();
        builder.Services.AddSingleton<TokenVerifier>();
        builder.Services.AddSingleton<Calls>();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Calls>());
        builder.Services.AddQudaoRest();
        var app = builder.Build();
        app.UseQudaoRest();
        app.MapService<ShopKeeper>();
        app.MapApiDocument("qudao.dealer.v1");
        await app.StartAsync();
        return new ShopHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class OverHttp2() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>Answers with what it was asked, and fails the way it is told to.</summary>
internal sealed class ShopKeeper : ShopService.ShopServiceBase
{
    /// <summary>The last request that passed all checks.</summary>
    public IMessage? Seen { get; private set; }

    public override Task<Shops.Shop> GetShop(GetShopRequest request, ServerCallContext context) =>
        Answer(request, new Shops.Shop { Name = request.Name, DisplayName = "新街口店", Etag = "v3", Turnover = 9_007_199_254_740_993 });

    public override Task<ListShopsResponse> ListShops(ListShopsRequest request, ServerCallContext context) =>
        Answer(request, new ListShopsResponse());

    public override Task<Shops.Shop> CreateShop(CreateShopRequest request, ServerCallContext context) => Answer(request, request.Shop);

    public override Task<Shops.Shop> UpdateShop(UpdateShopRequest request, ServerCallContext context) => Answer(request, request.Shop);

    public override Task<Empty> DeleteShop(DeleteShopRequest request, ServerCallContext context) => Answer(request, new Empty());

    public override Task<Shops.Shop> SignShop(SignShopRequest request, ServerCallContext context) => request.Reason switch
    {
        "throw" => throw new InvalidOperationException("a secret of the house"),
        "rule" => throw Errors.Invalid([new Violation("shop.contacts[0].phone_number", "不对", "is wrong", "BAD_FORMAT"), new Violation("request_id", "也不对", "is wrong too")]),
        "" => Answer(request, new Shops.Shop { Name = request.Name }),
        var reason => throw new Refusal(System.Enum.Parse<StatusCode>(reason), "SOME_REASON", "不行。", "No."),
    };

    public override Task<Kinds> CheckKinds(Kinds request, ServerCallContext context) => Answer(request, request);

    public override async Task WatchShops(ListShopsRequest request, IServerStreamWriter<Shops.Shop> responseStream, ServerCallContext context)
    {
        Seen = request;
        for (var i = 0; i < request.PageSize; i++)
        {
            if (i == 3) throw Errors.Precondition("CLOSED", "已关门。", "Closed.");
            await responseStream.WriteAsync(new Shops.Shop { Name = $"shops/{i}" });
        }
    }

    public override Task<ImportShopsResponse> ImportShops(ImportShopsRequest request, ServerCallContext context) =>
        Answer(request, new ImportShopsResponse { Size = request.File.Data.Length, ContentType = request.File.ContentType });

    public override async Task ExportShops(ExportShopsRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        Seen = request;
        await context.WriteResponseHeadersAsync(new Metadata { { "content-disposition", "attachment; filename*=UTF-8''%E5%BA%97.csv" } });
        for (var i = 0; i < request.Pieces; i++)
        {
            if (request.FailAfter > 0 && i == request.FailAfter - 1) throw Errors.NotFound("shops/1");
            await responseStream.WriteAsync(new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFromUtf8($"piece {i};") });
        }
    }

    public override async Task<HttpBody> GetPhoto(GetPhotoRequest request, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(new Metadata { { "content-disposition", "inline" } });
        return await Answer(request, new HttpBody { ContentType = "image/png", Data = ByteString.CopyFrom(0x89, 0x50, 0x0a) });
    }

    private Task<T> Answer<T>(IMessage request, T reply)
    {
        Seen = request;
        return Task.FromResult(reply);
    }
}
