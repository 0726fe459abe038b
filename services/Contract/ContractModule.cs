using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>The Contract service: what it registers and what it serves.</summary>
public sealed class ContractModule : IModule
{
    public string Name => "contract";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void Map(WebApplication app)
    {
        app.MapService<OperationsEndpoint>();
    }
}
