namespace Qudao.Gateway.Keys;

/// <summary>The gateway's database file holds its private key: nobody else on the machine may read it.</summary>
public static class KeyFile
{
    /// <summary>Makes the file ours alone before it is filled; what SQLite puts beside it takes the same mode.</summary>
    public static void Protect(IConfiguration configuration)
    {
        if (configuration["Database:Path"] is not { Length: > 0 } path || OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path))
            File.Open(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
