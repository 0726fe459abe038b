using Qudao.Platform;

namespace Qudao.ServiceTicket;

/// <summary>The ServiceTicket service: what it registers and what it serves.</summary>
public sealed class ServiceTicketModule : IModule
{
    public string Name => "serviceticket";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
    }

    public void Map(WebApplication app)
    {
        app.MapService<OperationsEndpoint>();
    }
}
