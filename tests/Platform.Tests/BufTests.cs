using System.Formats.Tar;
using System.Reflection;
using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Platform.Tests;

/// <summary>
/// proto/ follows proto/buf.yaml, and keeps what it promised before. google/api and google/rpc come from their NuGet
/// package, so each check runs in a workspace made of ours and of that folder, offline.
/// </summary>
internal sealed class BufTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("qudao-buf-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Our_contracts_follow_the_rules()
    {
        var buf = Needs.Buf();
        var ours = Workspace("ours", ProtoFolder);

        await MustSucceedAsync(ours, buf, "lint", "proto");
    }

    [Test]
    public async Task Our_contracts_keep_what_the_last_release_or_main_promised()
    {
        var buf = Needs.Buf();
        if (await PromisedAsync() is not { } promised)
        {
            Assert.Ignore("no release tag and no commit before this one (shallow clone?): nothing to compare with");
            return;
        }
        var ours = Workspace("ours", ProtoFolder);
        var before = Workspace("before", await ContractsOfAsync(promised));

        await MustSucceedAsync(ours, buf, "breaking", "proto", "--against", Path.Combine(before, "proto"));
    }

    // A message without a comment and a field that was taken away: were the rules not read, both tests above would pass.
    [Test]
    public async Task A_bad_contract_is_refused()
    {
        var buf = Needs.Buf();
        var before = Workspace("before", ProtoFolder);
        var changed = Workspace("changed", ProtoFolder);
        var file = Path.Combine(changed, "proto", "qudao", "common", "v1", "operations.proto");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("  int64 progress_total = 5;\n", "", StringComparison.Ordinal) + "\nmessage Uncommented {}\n");

        var (lintCode, lint) = await RunAsync(changed, buf, "lint", "proto");
        var (breakingCode, breaking) = await RunAsync(changed, buf, "breaking", "proto", "--against", Path.Combine(before, "proto"));

        Assert.That(lintCode, Is.Not.Zero);
        Assert.That(lint, Does.Contain("Uncommented"));
        Assert.That(breakingCode, Is.Not.Zero);
        Assert.That(breaking, Does.Contain("progress_total"));
    }

    private static string ProtoFolder => Path.Combine(Repository.Root, "proto");

    private static string CommonProtos => typeof(BufTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "CommonProtos").Value!;

    // What was promised: the last release; before the first one, what main had when we left it; on main, what it had before this commit.
    private static async Task<string?> PromisedAsync()
    {
        var head = await RevisionAsync("HEAD");
        if (await GitAsync("describe", "--tags", "--abbrev=0") is (0, var tag))
            return tag;
        foreach (var main in new[] { "origin/main", "main" })
        {
            if (await RevisionAsync(main) is { } revision && revision != head)
                return await GitAsync("merge-base", "HEAD", revision) is (0, var fork) ? fork : revision;
        }
        return await RevisionAsync("HEAD~1");
    }

    private static async Task<string?> RevisionAsync(string name) =>
        await GitAsync("rev-parse", "--verify", "--quiet", name + "^{commit}") is (0, var revision) ? revision : null;

    private static Task<(int Code, string Output)> GitAsync(params string[] arguments) => RunAsync(Repository.Root, ["git", .. arguments]);

    private async Task<string> ContractsOfAsync(string revision)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "promised")).FullName;
        var tar = Path.Combine(_folder, "promised.tar");
        var (code, output) = await GitAsync("archive", "--format=tar", "-o", tar, revision, "proto");
        Assert.That(code, Is.Zero, output);
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false);
        return Path.Combine(folder, "proto");
    }

    private string Workspace(string name, string contracts)
    {
        var folder = Path.Combine(_folder, name);
        Copy(contracts, Path.Combine(folder, "proto"), "*.proto");
        Copy(CommonProtos, Path.Combine(folder, "google"), "*.proto");
        var rules = File.ReadAllText(Path.Combine(ProtoFolder, "buf.yaml"));
        Assert.That(rules, Does.Contain("  - path: .\n"));
        File.WriteAllText(Path.Combine(folder, "buf.yaml"), rules.Replace("  - path: .\n", "  - path: proto\n  - path: google\n", StringComparison.Ordinal));
        return folder;
    }

    private static void Copy(string from, string to, string pattern)
    {
        foreach (var file in Directory.GetFiles(from, pattern, SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static async Task MustSucceedAsync(string folder, params string[] command)
    {
        var (code, output) = await RunAsync(folder, command);
        Assert.That(code, Is.Zero, output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] command)
    {
        await using var process = new ChildProcess(command[0], command, [new("BUF_CACHE_DIR", Path.Combine(Path.GetTempPath(), "qudao-buf-cache"))], workingDirectory: folder);
        return (await process.Exit, process.Tail(1000).Trim());
    }
}
