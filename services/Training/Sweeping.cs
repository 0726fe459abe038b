using Grpc.Core;
using Qudao.Platform;

namespace Qudao.Training;

/// <summary>How timers write.</summary>
internal static class Sweeping
{
    /// <summary>Runs one row's work; 0 when somebody else changed the row meanwhile: the next round looks at it again.</summary>
    public static async Task<int> WriteUnlessOvertakenAsync(this Db db, Func<Tx, Task<int>> work)
    {
        try
        {
            return await db.WriteAsync(work);
        }
        catch (Refusal refusal) when (refusal.Code == StatusCode.Aborted)
        {
            return 0;
        }
    }
}
