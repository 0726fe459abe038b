using FsCheck;
using FsCheck.Fluent;

namespace Qudao.System.Tests.BadInput;

/// <summary>Runs a property with a seed that is printed; QUDAO_BAD_INPUT_SEED ("123,457") runs it again just so.</summary>
public static class Chance
{
    private static readonly string? Wished = Environment.GetEnvironmentVariable("QUDAO_BAD_INPUT_SEED");

    public static void Check<T>(Arbitrary<T> cases, Func<T, Task> holds, int runs)
    {
        var seed = Wished ?? $"{Random.Shared.NextInt64(long.MaxValue)},{Random.Shared.NextInt64(long.MaxValue) | 1}";
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
