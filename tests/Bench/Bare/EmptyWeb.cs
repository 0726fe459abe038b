namespace Qudao.Bench.Bare;

/// <summary>A web application that does nothing but say that it is ready.</summary>
internal static class EmptyWeb
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        var app = builder.Build();
        app.MapGet("/readyz", () => "ready");
        return app;
    }
}
