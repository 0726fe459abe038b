using System.Reflection;
using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>The API document and the page that shows it: everything it needs is served from here.</summary>
public static class Documents
{
    private static readonly Assembly Own = typeof(Documents).Assembly;

    public static void MapDocuments(this WebApplication app)
    {
        app.MapApiDocument();
        app.MapGet("/docs", () => File("docs.html", "text/html; charset=utf-8"));
        app.MapGet("/docs/docs.css", () => File("docs.css", "text/css; charset=utf-8"));
        app.MapGet("/docs/docs.js", () => File("docs.js", "text/javascript; charset=utf-8"));
    }

    /// <summary>Writes the API document to a file: what the console's types are made from, without a running house.</summary>
    public static void WriteApiDocument(string file) => System.IO.File.WriteAllBytes(file, OpenApi.Write());

    private static IResult File(string name, string type) => Results.Stream(Own.GetManifestResourceStream(name)!, type);
}
