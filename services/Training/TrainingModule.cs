using Qudao.Platform;

namespace Qudao.Training;

/// <summary>The Training service: what it registers and what it serves.</summary>
public sealed class TrainingModule : IModule
{
    public string Name => "training";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void Map(WebApplication app)
    {
        app.MapService<OperationsEndpoint>();
    }
}
