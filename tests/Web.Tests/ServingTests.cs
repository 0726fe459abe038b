using System.Net;
using System.Text.RegularExpressions;

namespace Qudao.Web.Tests;

/// <summary>How the gateway serves the console's files, as a browser and a proxy see it.</summary>
public sealed partial class ServingTests
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });

    [TestCase("/")]
    [TestCase("/partners/01k0")]
    [TestCase("/nothing/there")]
    public async Task The_page_is_at_every_address_of_nobody_else_never_kept_and_lets_nothing_in_from_elsewhere(string path)
    {
        using var first = await GetAsync(path, accept: "text/html");
        var page = await first.Content.ReadAsStringAsync();
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(first.Headers.CacheControl!.NoStore, Is.True);
        var nonce = Nonce().Match(page).Groups[1].Value;
        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(page, Does.Contain("name=\"company-sign-in\" content=\"\""), "no company's own sign-in is set up here");
        Assert.That(policy, Does.StartWith("default-src 'self'; ").And.Contain($"style-src 'self' 'nonce-{nonce}'").And.Not.Contain("unsafe"));
        using var second = await GetAsync(path, accept: "text/html");
        Assert.That(Nonce().Match(await second.Content.ReadAsStringAsync()).Groups[1].Value, Is.Not.EqualTo(nonce).And.Not.Empty);
    }

    [Test]
    public async Task Its_files_are_kept_forever_come_compressed_and_are_not_sent_twice()
    {
        using var page = await GetAsync("/", accept: "text/html");
        var script = Script().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;

        using var brotli = await GetAsync(script, encoding: "gzip, br");
        using var gzip = await GetAsync(script, encoding: "gzip");
        using var plain = await GetAsync(script);
        using var same = await GetAsync(script, etag: plain.Headers.ETag!.ToString());
        Assert.Multiple(() =>
        {
            Assert.That(plain.Headers.CacheControl!.ToString(), Is.EqualTo("public, max-age=31536000, immutable"));
            Assert.That(brotli.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "br" }));
            Assert.That(gzip.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "gzip" }));
            Assert.That(plain.Content.Headers.ContentEncoding, Is.Empty);
            Assert.That(brotli.Content.Headers.ContentLength, Is.LessThan(gzip.Content.Headers.ContentLength ?? 0).And.Positive);
            Assert.That(gzip.Content.Headers.ContentLength, Is.LessThan(plain.Content.Headers.ContentLength ?? 0));
            Assert.That(plain.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
            Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        });
    }

    [TestCase("/v1/nothing", HttpStatusCode.Unauthorized)]
    [TestCase("/assets/nothing.js", HttpStatusCode.NotFound)]
    [TestCase("/index.html.br", HttpStatusCode.NotFound)]
    [TestCase("/.vite/manifest.json", HttpStatusCode.NotFound)]
    [TestCase("/docs", HttpStatusCode.OK)]
    [TestCase("/openapi.json", HttpStatusCode.OK)]
    public async Task It_stands_in_nobodys_way(string path, HttpStatusCode status)
    {
        using var answer = await GetAsync(path, accept: "text/html");
        Assert.That(answer.StatusCode, Is.EqualTo(status));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("id=\"root\""));
    }

    private static async Task<HttpResponseMessage> GetAsync(string path, string accept = "*/*", string encoding = "", string etag = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(House.Address, path));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (encoding.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        if (etag.Length > 0)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        return await Client.SendAsync(request);
    }

    [GeneratedRegex("name=\"csp-nonce\" content=\"([^\"]+)\"")]
    private static partial Regex Nonce();

    [GeneratedRegex("src=\"(/assets/[^\"]+\\.js)\"")]
    private static partial Regex Script();
}
