using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Platform.Tests.Shops;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>A call that is sent again with its request_id is done once and answered alike.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class RequestsTests(DatabaseUnderTest database)
{
    private ServiceUnderTest? started;

    private ShopService.ShopServiceClient Wang => As("wang");

    [OneTimeSetUp]
    public async Task StartAsync() => started = await ServiceUnderTest.StartAsync(new StockModule(), new ServiceOptions { Database = database });

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (started is not null)
            await started.DisposeAsync();
    }

    [Test]
    public async Task The_same_request_is_done_once_also_when_it_comes_sixteen_times_at_once()
    {
        var request = new StockShopRequest { Name = "shops/a", Pieces = 5, RequestId = "a1" };
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Wang.StockShopAsync(request).ResponseAsync));
        Assert.That(replies, Has.All.EqualTo(new StockShopResponse { Pieces = 5 }));
        Assert.That((await Wang.StockShopAsync(new StockShopRequest { Name = "shops/a", Pieces = 1, RequestId = "a2" })).Pieces, Is.EqualTo(6));
        Assert.That(await Wang.StockShopAsync(request), Is.EqualTo(replies[0]), "the answer of then, not of now");
    }

    [Test]
    public async Task Another_body_under_the_same_id_is_refused_and_changes_nothing()
    {
        await Wang.StockShopAsync(new StockShopRequest { Name = "shops/b", Pieces = 5, RequestId = "b" });
        var refused = Assert.ThrowsAsync<RpcException>(async () => await Wang.StockShopAsync(new StockShopRequest { Name = "shops/b", Pieces = 6, RequestId = "b" }))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        var fault = refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Single();
        Assert.That((fault.Field, fault.Reason), Is.EqualTo(("request_id", "REQUEST_ID_REUSED")));
        Assert.That((await Wang.StockShopAsync(new StockShopRequest { Name = "shops/b" })).Pieces, Is.EqualTo(5));
    }

    [Test]
    public async Task An_id_is_the_callers_own_in_its_own_case_and_without_one_each_call_counts()
    {
        foreach (var id in new[] { "id", "ID", "", "" })
            await Wang.StockShopAsync(new StockShopRequest { Name = "shops/c", Pieces = 1, RequestId = id });
        var reply = await As("li").StockShopAsync(new StockShopRequest { Name = "shops/c", Pieces = 1, RequestId = "id" });
        Assert.That(reply.Pieces, Is.EqualTo(5));
    }

    [Test]
    public async Task A_refused_request_is_not_remembered()
    {
        var request = new StockShopRequest { Name = "shops/d", Pieces = -1, RequestId = "d" };
        for (var i = 0; i < 2; i++)
            Assert.That(async () => await Wang.StockShopAsync(request), Throws.TypeOf<RpcException>().With.Property("StatusCode").EqualTo(StatusCode.NotFound));
        await Wang.StockShopAsync(new StockShopRequest { Name = "shops/d", Pieces = 1 });
        Assert.That((await Wang.StockShopAsync(request)).Pieces, Is.Zero, "now it can be done");
    }

    private ShopService.ShopServiceClient As(string staff) => new(started!.Grpc(started!.TokenFor("salesperson", "/hq/js/", staff)));

    private sealed class StockModule : IModule
    {
        public string Name => "dealer";

        public void Add(IServiceCollection services, IConfiguration configuration)
        {
        }

        public void Map(WebApplication app) => app.MapService<StockKeeper>();
    }

    /// <summary>Counts pieces in the operations table, which every service has.</summary>
    internal sealed class StockKeeper(Db db) : ShopService.ShopServiceBase
    {
        private const string Add = "UPDATE operations SET progress_done = progress_done + @pieces WHERE id = @name";
        private const string Insert = """
            INSERT INTO operations (id, kind, owner, caller, argument, done, progress_done, progress_total, created_us, updated_us, lease_until_us, cancel_requested)
            VALUES (@name, 'stock', '', '', @argument, 1, @pieces, 0, 0, 0, 0, 0)
            """;

        public override Task<StockShopResponse> StockShop(StockShopRequest request, ServerCallContext context) =>
            db.WriteOnceAsync(context, request, request.RequestId, async tx =>
            {
                var values = new { name = request.Name, pieces = request.Pieces, argument = Array.Empty<byte>() };
                if (await tx.ExecuteAsync(Add, values) == 0)
                    await tx.ExecuteAsync(Insert, values);
                var pieces = await tx.ScalarAsync<long>("SELECT progress_done FROM operations WHERE id = @name", new { name = request.Name });
                return pieces >= 0 ? new StockShopResponse { Pieces = pieces } : throw Errors.NotFound(request.Name);
            });
    }
}
