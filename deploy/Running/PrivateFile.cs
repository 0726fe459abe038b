namespace Qudao.Running;

/// <summary>Files and folders that only their owner may read: they hold passwords and people's data.</summary>
public static class PrivateFile
{
    /// <summary>Writes a file anew, with mode 0600 from its first moment.</summary>
    public static void Write(string path, string text)
    {
        File.Delete(path);
        using var writer = new StreamWriter(Open(path, FileMode.CreateNew));
        writer.Write(text);
    }

    /// <summary>Opens a file for writing beside its readers; a new one gets mode 0600.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Makes a folder with mode 0700; one that is there stays as it is.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
