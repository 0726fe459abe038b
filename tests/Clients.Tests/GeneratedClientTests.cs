using Qudao.TestKit;

namespace Qudao.Clients.Tests;

/// <summary>A client that a public generator makes of the API document: it compiles strictly and works.</summary>
public sealed class GeneratedClientTests
{
    [Test]
    public async Task It_compiles_strictly_reads_writes_and_knows_what_is_refused()
    {
        Needs.ClientPackages();
        var folder = Programs.Made("generated");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var document = Path.Combine(folder, "openapi.json");
        await File.WriteAllBytesAsync(document, await House.Administrator.GetByteArrayAsync("/openapi.json"));
        foreach (var file in new[] { "smoke.ts", "tsconfig.json" })
            File.Copy(Path.Combine(Programs.Folder, "generated", file), Path.Combine(folder, file));
        await Programs.RunAsync(["node", Programs.Package("@hey-api", "openapi-ts", "bin", "run.js"), "--input", document, "--output", Path.Combine(folder, "api"), "--client", "@hey-api/client-fetch", "--no-log-file"]);
        await Programs.CompileAsync(folder, Path.Combine(folder, "js"));

        var system = await House.LetInAsync("generated");
        var did = await Programs.AnswerAsync(["node", Path.Combine(folder, "js", "smoke.js")], new() { ["QUDAO_URL"] = $"{House.Rest}".TrimEnd('/'), ["QUDAO_TOKEN"] = system.Key });

        Assert.Multiple(() =>
        {
            Assert.That(did.GetProperty("names").EnumerateArray().Select(name => name.GetString()), Is.EqualTo(House.Partners.Take(2)));
            Assert.That(did.GetProperty("more").GetBoolean(), Is.True);
            Assert.That(did.GetProperty("one").GetString(), Is.EqualTo("老店0"));
            Assert.That(did.GetProperty("etag").GetBoolean(), Is.True);
            Assert.That(did.GetProperty("events").EnumerateArray().Select(type => type.GetString()), Is.EqualTo(Enumerable.Repeat("qudao.dealer.partner-changed", 3)));
            Assert.That(did.GetProperty("status").GetInt32(), Is.EqualTo(400));
            Assert.That(did.GetProperty("violations").EnumerateArray().Select(field => field.GetString()), Is.EquivalentTo(new[] { "lines[0].day", "lines[0].quantity" }));
        });
    }
}
