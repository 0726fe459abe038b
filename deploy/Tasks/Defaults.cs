using Qudao.Running;

namespace Qudao.Tasks;

/// <summary>What holds where nothing is said.</summary>
internal static class Defaults
{
    public const int Port = 5080;
    public const int GrpcPort = 5081;

    public static string Data => Path.Combine(Repository.Root, ".qudao");
}
