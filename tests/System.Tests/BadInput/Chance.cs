using FsCheck;
using FsCheck.Fluent;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// Runs a property with a seed that is printed. Every run of the tests draws the same cases, so that a change is to blame for
/// what it breaks; QUDAO_BAD_INPUT_SEED ("123,457") draws others, and "new" others each time.
/// </summary>
public static class Chance
{
    private const string Usual = "20261128,1129";

    private static readonly string? Wished = Environment.GetEnvironmentVariable("QUDAO_BAD_INPUT_SEED");

    public static void Check<T>(Arbitrary<T> cases, Func<T, Task> holds, int runs)
    {
        var seed = Wished switch
        {
            null => Usual,
            "new" => $"{Random.Shared.NextInt64(long.MaxValue)},{Random.Shared.NextInt64(long.MaxValue) | 1}",
            _ => Wished,
        };
        TestContext.Out.WriteLine($"QUDAO_BAD_INPUT_SEED={seed}");
        var parts = seed.Split(',');
        var config = Config.QuickThrowOnFailure.WithMaxTest(Loaded.Runs(runs)).WithReplay(ulong.Parse(parts[0]), ulong.Parse(parts[1])).WithQuietOnSuccess(true);
        try
        {
            Prop.ForAll(cases, one =>
            {
                // Each case is one call; NUnit would count a failure that the shrinking got over.
                using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
                    holds(one).GetAwaiter().GetResult();
            }).Check(config);
        }
        catch
        {
            // What this one changed is not the next one's fault.
            Loaded.Databases.Changes();
            throw;
        }
    }
}
