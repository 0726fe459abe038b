namespace Qudao.Running;

/// <summary>What the gateway and Standalone print for whoever starts them.</summary>
public static class Welcome
{
    private const string Password = "First administrator: admin  password: ";
    private const string IsReady = "Qudao is ready at ";

    /// <summary>Whether this line tells the first administrator's password; printed once, on the first start.</summary>
    public static bool IsPassword(string line) => line.StartsWith(Password, StringComparison.Ordinal);

    /// <summary>The first administrator's password; null when the output does not tell it.</summary>
    public static string? FindPassword(IEnumerable<string> output) =>
        output.FirstOrDefault(IsPassword) is { } line ? line[Password.Length..].Trim() : null;

    /// <summary>
    /// Whether it said that it is ready and answers so. The line comes last: once it is here, so is the password's.
    /// </summary>
    internal static async Task<bool> IsReadyAsync(Server server, CancellationToken cancel) =>
        server.Process.Output.Any(line => line.StartsWith(IsReady, StringComparison.Ordinal)) && await Ready.HttpAsync(server.Address, cancel);
}
