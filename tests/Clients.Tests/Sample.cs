using Qudao.Running;
using Qudao.TestKit;

namespace Qudao.Clients.Tests;

/// <summary>One of the sample clients: all do the same, each in its language.</summary>
public sealed record Sample(string Language, Func<Task<string[]>> Integrate, Func<Task<string[]>> Receive)
{
    private static readonly Lazy<Task<string>> TypeScript = new(async () =>
    {
        var made = Programs.Made("typescript");
        await Programs.CompileAsync(Path.Combine(Programs.Folder, "typescript"), made);
        await File.WriteAllTextAsync(Path.Combine(made, "package.json"), """{ "type": "module" }""");
        return made;
    });

    public static IEnumerable<Sample> All =>
    [
        new("csharp", () => CSharp("integrate"), () => CSharp("webhook")),
        new("typescript", () => Node("integration.js"), () => Node("webhook.js")),
        new("python", () => Python("integration.py"), () => Python("webhook.py")),
    ];

    public override string ToString() => Language;

    private static Task<string[]> CSharp(string what) => Task.FromResult<string[]>(["dotnet", Repository.Built("Qudao.Sample"), what]);

    private static async Task<string[]> Node(string file)
    {
        Needs.ClientPackages();
        return ["node", Path.Combine(await TypeScript.Value, file)];
    }

    private static Task<string[]> Python(string file) => Task.FromResult<string[]>([Needs.Python(), Path.Combine(Programs.Folder, "python", file)]);
}
