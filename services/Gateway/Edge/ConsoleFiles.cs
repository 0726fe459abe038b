using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Qudao.Gateway.Issuer;

namespace Qudao.Gateway.Edge;

/// <summary>
/// The console, as services/Web builds it: its files, and its page at every address that is nobody else's, so that a link into
/// the middle of it works.
/// </summary>
public sealed class ConsoleFiles
{
    private const string Page = "/index.html";
    private const string Forever = "public, max-age=31536000, immutable";

    /// <summary>What the gateway and the services answer for; the page is not theirs.</summary>
    private static readonly string[] Taken = ["/v1", "/docs", "/openapi.json", "/asyncapi.json", "/oauth2", "/signin/oidc", "/.well-known", "/livez", "/readyz"];

    private readonly FrozenDictionary<string, ServedFile> _files;
    private readonly string _page;

    private ConsoleFiles(string folder, bool hasIssuer)
    {
        var types = new FileExtensionContentTypeProvider();
        _files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Url: "/" + Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .Where(file => !file.Url.StartsWith("/.", StringComparison.Ordinal) && !file.Url.EndsWith(".br", StringComparison.Ordinal) && !file.Url.EndsWith(".gz", StringComparison.Ordinal) && file.Url != Page)
            .ToFrozenDictionary(file => file.Url, file => ServedFile.Read(file.Path, types.TryGetContentType(file.Url, out var type) ? type : "application/octet-stream"));
        // Whether there is a company's own sign-in to offer.
        _page = File.ReadAllText(Path.Combine(folder, "index.html")).Replace("{{company-sign-in}}", hasIssuer ? IssuerSignIn.Path : "", StringComparison.Ordinal);
    }

    /// <summary>
    /// What is configured as Gateway:Console, else "console" beside the program; null when nothing is built there.
    /// </summary>
    public static ConsoleFiles? Find(IConfiguration configuration)
    {
        var folder = configuration["Gateway:Console"] ?? Path.Combine(AppContext.BaseDirectory, "console");
        return File.Exists(Path.Combine(folder, "index.html")) ? new ConsoleFiles(folder, IssuerSettings.From(configuration) is not null) : null;
    }

    /// <summary>Serves it; false when the address is not the console's.</summary>
    public async Task<bool> ServeAsync(HttpContext http)
    {
        var (request, path) = (http.Request, http.Request.Path);
        if ((!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) || Platform.GrpcAnswers.IsGrpc(request) || Taken.Any(taken => path.StartsWithSegments(taken)))
            return false;
        if (_files.TryGetValue(path.Value ?? "", out var file))
            await SendAsync(http, file);
        else if (IsPage(request))
            await SendPageAsync(http);
        else
            return false;
        return true;
    }

    // Names with a dot are files, and those that are there have been found already.
    private static bool IsPage(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase) && !Path.HasExtension(request.Path.Value);

    // What lies under assets has its content's hash in its name, and is never asked for again.
    private static async Task SendAsync(HttpContext http, ServedFile file)
    {
        var (headers, isAsset) = (http.Response.Headers, http.Request.Path.StartsWithSegments("/assets"));
        headers.CacheControl = isAsset ? Forever : "no-cache";
        headers.ETag = file.Etag;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (http.Request.Headers.IfNoneMatch == file.Etag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var (encoding, content) = file.For(http.Request.Headers.AcceptEncoding.ToString());
        if (encoding.Length > 0)
            headers.ContentEncoding = encoding;
        await WriteAsync(http, file.Type, content);
    }

    // Each answer has a nonce of its own, by which style sheets that the page makes are told from any that are slipped into it.
    // So it is never kept: it is a thousand bytes, and names everything that is.
    private Task SendPageAsync(HttpContext http)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        http.Items[typeof(ConsoleFiles)] = nonce;
        http.Response.Headers.CacheControl = "no-store";
        return WriteAsync(http, "text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(_page.Replace("{{nonce}}", nonce, StringComparison.Ordinal)));
    }

    /// <summary>
    /// The page's own policy: nothing but what this address serves; style sheets also with the page's nonce; pictures also those that
    /// the page makes or has loaded itself. Null for any other answer.
    /// </summary>
    public static string? Policy(HttpContext http) => http.Items[typeof(ConsoleFiles)] is string nonce
        ? $"default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        : null;

    private static Task WriteAsync(HttpContext http, string type, byte[] content)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(content, 0, content.Length);
    }

    private sealed record ServedFile(string Type, string Etag, byte[] Plain, byte[]? Brotli, byte[]? Gzip)
    {
        public static ServedFile Read(string path, string type)
        {
            var plain = File.ReadAllBytes(path);
            return new ServedFile(
                type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type,
                $"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8))}\"", plain, Compressed(path + ".br"), Compressed(path + ".gz"));
        }

        public (string Encoding, byte[] Content) For(string accepted) =>
            Brotli is not null && accepted.Contains("br", StringComparison.Ordinal) ? ("br", Brotli)
            : Gzip is not null && accepted.Contains("gzip", StringComparison.Ordinal) ? ("gzip", Gzip)
            : ("", Plain);

        private static byte[]? Compressed(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}

/// <summary>Puts the console before everything that asks who somebody is: it is the same for all, and signs them in.</summary>
public static class ConsoleServing
{
    public static void UseConsole(this WebApplication app)
    {
        if (ConsoleFiles.Find(app.Configuration) is not { } console)
            return;
        app.Use(async (HttpContext http, RequestDelegate next) =>
        {
            if (!await console.ServeAsync(http))
                await next(http);
        });
    }
}
