using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>Measures against the bare stack: tests/Bench in Release.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        await Build.QuietlyAsync("tests/Bench");
        return await Shell.RunAsync(["dotnet", Repository.Built("Qudao.Bench", "release"), .. arguments]);
    }
}
