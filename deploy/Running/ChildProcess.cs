using System.Collections.Concurrent;
using System.Diagnostics;

namespace Qudao.Running;

/// <summary>
/// A long-running child process: its output goes line by line to a log file and stays readable here. It runs in a
/// session of its own where the system has <c>setsid</c>, so that Ctrl-C in a terminal reaches only its parent, which
/// then stops its children in the right order.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="name">What it is called in messages, for example "dealer-1".</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Added to this process's environment; a null value removes the variable.</param>
    /// <param name="logFile">Appended to; null keeps the output only in <see cref="Output"/>.</param>
    /// <param name="workingDirectory">This process's own when null.</param>
    public ChildProcess(
        string name,
        IReadOnlyList<string> command,
        IEnumerable<KeyValuePair<string, string?>> environment,
        string? logFile = null,
        string? workingDirectory = null)
    {
        Name = name;
        LogFile = logFile;
        _log = OpenLog(logFile);
        _process = new Process { StartInfo = StartInfo(command, environment, workingDirectory), EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ = WaitForExitAsync();
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Process id, valid also after the end.</summary>
    public int Id { get; }

    /// <summary>Where its output goes.</summary>
    public string? LogFile { get; }

    /// <summary>All lines it wrote so far, standard output and error as they came.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Ends with the exit code (128 + signal when a signal ended it) once all output has been read.</summary>
    public Task<int> Exit => _exit.Task;

    /// <summary>True once it ended and all output has been read.</summary>
    public bool HasExited => _exit.Task.IsCompleted;

    /// <summary>Raised for every line, on a pool thread.</summary>
    public event Action<string>? Line;

    /// <summary>Asks it to end: SIGTERM; on Windows, where there is none, ends it.</summary>
    public void Terminate()
    {
        if (!HasExited)
            Signals.Terminate(_process);
    }

    /// <summary>Ends it at once: kill -9.</summary>
    public void Kill()
    {
        if (!HasExited)
            _process.Kill();
    }

    /// <summary>Asks it to end and waits for that.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">It did not end in time; it was killed then.</exception>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        Terminate();
        try
        {
            return await Exit.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exit;
            throw new TimeoutException($"{Name} did not end within {patience.TotalSeconds:0} s after SIGTERM and was killed.\n{Tail()}");
        }
    }

    /// <summary>The last lines of its output, for a message about a failure.</summary>
    public string Tail(int lines = 30) => string.Join('\n', _output.TakeLast(lines));

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exit;
        _process.Dispose();
    }

    private static StreamWriter OpenLog(string? file)
    {
        if (file is null)
            return StreamWriter.Null;
        PrivateFile.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return new StreamWriter(PrivateFile.Open(file, FileMode.Append)) { AutoFlush = true };
    }

    private static ProcessStartInfo StartInfo(
        IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string?>> environment, string? workingDirectory)
    {
        var own = Tools.Find("setsid") is { } setsid ? [setsid, .. command] : command;
        var info = new ProcessStartInfo(own[0], own.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (key, value) in environment)
        {
            if (value is null)
                info.Environment.Remove(key);
            else
                info.Environment[key] = value;
        }
        return info;
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        lock (_log)
            _log.WriteLine(line);
        Line?.Invoke(line);
    }

    private async Task WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        lock (_log)
            _log.Dispose();
        _exit.SetResult(_process.ExitCode);
    }
}
