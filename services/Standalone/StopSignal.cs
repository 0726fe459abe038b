using System.Runtime.InteropServices;

namespace Qudao.Standalone;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask to stop; the process then ends in its own time.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource work = new();
    private readonly List<PosixSignalRegistration> registrations;

    public StopSignal() =>
        registrations = new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Take)).ToList();

    public Task Asked => asked.Task;

    /// <summary>For work that is broken off then.</summary>
    public CancellationToken Token => work.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        work.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        work.Cancel();
        asked.TrySetResult();
    }
}
