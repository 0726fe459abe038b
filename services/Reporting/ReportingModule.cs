using Qudao.Platform;

namespace Qudao.Reporting;

/// <summary>The Reporting service: what it registers and what it serves.</summary>
public sealed class ReportingModule : IModule
{
    public string Name => "reporting";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void Map(WebApplication app)
    {
        app.MapService<OperationsEndpoint>();
    }
}
