using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Qudao.Platform;

/// <summary>REST over the same rpcs.</summary>
public static class Rest
{
    public static void AddQudaoRest(this IServiceCollection services) => services.AddGrpc().AddJsonTranscoding();

    public static void UseQudaoRest(this WebApplication app) => app.UseRouting();
}
