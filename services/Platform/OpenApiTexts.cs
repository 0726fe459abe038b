using System.Collections.Frozen;
using System.Text;
using Google.Protobuf.Reflection;

namespace Qudao.Platform;

/// <summary>What the API document says in Chinese before the contracts' English.</summary>
public static class OpenApiTexts
{
    /// <summary>By "PartnerService.CreatePartner".</summary>
    public static readonly FrozenDictionary<string, string> Rpcs = Rows("rpcs-zh.csv").ToFrozenDictionary(row => row[0], row => row[1]);

    private static readonly FrozenDictionary<string, string[]> Shared = Rows("fields-zh.csv").ToFrozenDictionary(row => row[0]);

    /// <summary>"新建机构"; null for an rpc without a line in rpcs-zh.csv.</summary>
    public static string? Chinese(MethodDescriptor method) => Rpcs.GetValueOrDefault($"{method.Service.Name}.{method.Name}");

    /// <summary>"新建机构 Creates a partner in the stage SURVEYED".</summary>
    public static string Summary(MethodDescriptor method)
    {
        var comment = Protoset.Comment(method.Declaration);
        var end = comment.IndexOf(". ", StringComparison.Ordinal);
        return $"{Chinese(method)} {(end < 0 ? comment : comment[..end]).TrimEnd('.')}".TrimStart();
    }

    /// <summary>Chinese, and the contract's comment in a paragraph of its own.</summary>
    public static string Describe(MethodDescriptor method) =>
        Chinese(method) is { } chinese ? $"{chinese}。\n\n{Protoset.Comment(method.Declaration)}" : Protoset.Comment(method.Declaration);

    /// <summary>The contract's comment, and before it what a field is that many contracts share.</summary>
    public static string Describe(FieldDescriptor field)
    {
        var comment = Protoset.Comment(field.Declaration);
        return Shared.GetValueOrDefault(field.Name) is [_, var chinese, _] ? $"{chinese}。{comment}" : comment;
    }

    /// <summary>An example of a field that many contracts share; null when there is none.</summary>
    public static string? Example(FieldDescriptor field) => Shared.GetValueOrDefault(field.Name) is [_, _, { Length: > 0 } example] ? example : null;

    private static IEnumerable<string[]> Rows(string file)
    {
        using var stream = typeof(OpenApiTexts).Assembly.GetManifestResourceStream(file) ?? throw new InvalidOperationException($"{file} is not in this assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split(','))];
    }
}
