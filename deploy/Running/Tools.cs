namespace Qudao.Running;

/// <summary>The programs that are not ours: where they are, and how to get them.</summary>
public static class Tools
{
    /// <summary>The RabbitMQ start script itself; the wrapper in /usr/sbin changes user and folder.</summary>
    public const string RabbitMq = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    /// <summary>What brings RabbitMQ here.</summary>
    public const string InstallRabbitMq = "apt-get install -y --no-install-recommends rabbitmq-server";

    /// <summary>What brings a browser and a Chinese font here.</summary>
    public const string InstallChromium = "apt-get install -y --no-install-recommends chromium fonts-noto-cjk";

    /// <summary>The version of buf that the contracts are checked with.</summary>
    public const string BufVersion = "1.75.0";

    /// <summary>What brings buf here; run in the repository's root.</summary>
    public const string InstallBuf = "npm install --prefix .tools --no-audit --no-fund @bufbuild/buf@" + BufVersion;

    /// <summary>What brings Python here, and its gRPC.</summary>
    public const string InstallPython = "apt-get install -y --no-install-recommends python3-grpcio python3-protobuf";

    /// <summary>What brings here what the tests of clients and documents use; run in the repository's root.</summary>
    public const string InstallClientPackages = "npm ci --prefix tests/Clients --no-audit --no-fund --ignore-scripts";

    /// <summary>npm's program name.</summary>
    public static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>Whether a private RabbitMQ node can be started.</summary>
    public static bool HasRabbitMq => File.Exists(RabbitMq);

    /// <summary>The browser's path; null when there is none.</summary>
    public static string? Chromium => Find("chromium") ?? Find("chromium-browser") ?? Find("google-chrome");

    /// <summary>buf's path; null when it, or this version of it, is not there.</summary>
    public static string? Buf
    {
        get
        {
            var modules = Path.Combine(Repository.Root, ".tools", "node_modules");
            var about = Path.Combine(modules, "@bufbuild", "buf", "package.json");
            var right = File.Exists(about) && File.ReadAllText(about).Contains($"\"version\": \"{BufVersion}\"", StringComparison.Ordinal);
            return right ? Path.Combine(modules, ".bin", OperatingSystem.IsWindows() ? "buf.cmd" : "buf") : null;
        }
    }

    /// <summary>The system's Python, to which apt brings packages, or else any; null when there is none.</summary>
    public static string? Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Find("python3");

    /// <summary>Whether the system's Python has grpcio.</summary>
    public static bool HasPythonGrpc => Python is not null && File.Exists("/usr/lib/python3/dist-packages/grpc/__init__.py") && Directory.Exists("/usr/lib/python3/dist-packages/google/protobuf");

    /// <summary>Whether tests/Clients has what its package-lock.json asks for.</summary>
    public static bool HasClientPackages => HasNodePackages(Path.Combine(Repository.Root, "tests", "Clients"));

    /// <summary>Whether a folder has what its package-lock.json asks for, as npm notes there.</summary>
    public static bool HasNodePackages(string folder)
    {
        var (installed, asked) = (Path.Combine(folder, "node_modules", ".package-lock.json"), Path.Combine(folder, "package-lock.json"));
        return File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(asked);
    }

    /// <summary>The full path of a program on the PATH; null when it is not there.</summary>
    public static string? Find(string program)
    {
        var file = OperatingSystem.IsWindows() && !Path.HasExtension(program) ? program + ".exe" : program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
