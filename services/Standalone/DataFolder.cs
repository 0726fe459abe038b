namespace Qudao.Standalone;

/// <summary>The folder of all databases, ours alone: one Qudao at a time, in one process or in many, and no other user of the machine.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream hold;

    /// <exception cref="InvalidOperationException">Another process uses the folder, or it cannot be written; for people.</exception>
    public DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Path);
            else
                Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // The system releases it also when the process is killed.
            hold = new FileStream(In("qudao.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Path} cannot be written to. Choose another folder with --data.");
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another Qudao runs on {Path}: stop it first, or choose another folder with --data.");
        }
    }

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => hold.Dispose();
}
