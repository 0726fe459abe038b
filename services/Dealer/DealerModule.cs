using Qudao.Platform;

namespace Qudao.Dealer;

/// <summary>The Dealer service: what it registers and what it serves.</summary>
public sealed class DealerModule : IModule
{
    public string Name => "dealer";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void Map(WebApplication app)
    {
        app.MapService<OperationsEndpoint>();
    }
}
