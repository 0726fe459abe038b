namespace Qudao.Bench.Bare;

/// <summary>A minimal API that reads the same JSON and answers JSON of the same size; no rules, no database.</summary>
internal static class MinimalApi
{
    /// <summary>One partner, as it is written.</summary>
    public static object One { get; } = Shop.Of(Answers.One);

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        var app = builder.Build();
        var one = Shop.Of(Answers.One);
        var page = new Shops([.. Enumerable.Repeat(one, 50)], Answers.Page.NextPageToken);
        app.MapPost("/v1/partners", (Shop asked) => one with { DisplayName = asked.DisplayName, Kind = asked.Kind, Address = asked.Address });
        app.MapGet("/v1/partners/{id}", (string id) => one);
        app.MapGet("/v1/partners", (int pageSize) => page);
        return app;
    }

    private sealed record Shops(IReadOnlyList<Shop> Partners, string NextPageToken);

    private sealed record Shop(
        string? Name, string DisplayName, string Kind, string? Stage, string CityCode, string? City, string Address, string Contact, string Phone, string Brands,
        string AnnualVolume, string Advantage, string? Organisation, string? Parent, string? Assignee, string? Etag, DateTime? CreateTime, DateTime? UpdateTime, string? ScopePath)
    {
        public static Shop Of(Dealer.V1.Partner all) => new(
            all.Name, all.DisplayName, "PARTNER_KIND_TERMINAL", "PARTNER_STAGE_SURVEYED", all.CityCode, all.City, all.Address, all.Contact, all.Phone, all.Brands,
            $"{all.AnnualVolume}", all.Advantage, all.Organisation, all.Parent, all.Assignee, all.Etag, all.CreateTime.ToDateTime(), all.UpdateTime.ToDateTime(), all.ScopePath);
    }
}
