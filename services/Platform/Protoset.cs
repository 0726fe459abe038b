using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// The contracts with their comments. Generated code forgets comments, so the compiler's own description of the .proto files
/// is kept beside it and read again here.
/// </summary>
public static class Protoset
{
    private static readonly Lazy<IReadOnlyList<FileDescriptor>> All = new(() =>
    {
        using var stream = typeof(OptionsExtensions).Assembly.GetManifestResourceStream("qudao.protoset")
            ?? throw new InvalidOperationException("Qudao.Protocol carries no qudao.protoset.");
        return Read(stream);
    });

    /// <summary>Every file of the contracts and what they import, imports first.</summary>
    public static IReadOnlyList<FileDescriptor> Contracts => All.Value;

    /// <summary>Reads a google.protobuf.FileDescriptorSet; throws InvalidProtocolBufferException when it is none.</summary>
    public static IReadOnlyList<FileDescriptor> Read(Stream stream)
    {
        // Options of ours are read as what they are, not kept as unknown bytes.
        var options = new ExtensionRegistry
        {
            AnnotationsExtensions.Http, FieldBehaviorExtensions.FieldBehavior, OptionsExtensions.Permission, OptionsExtensions.Rules,
        };
        var files = FileDescriptorSet.Parser.WithExtensionRegistry(options).ParseFrom(stream);
        return FileDescriptor.BuildFromByteStrings(files.File.Select(file => file.ToByteString()), options);
    }

    /// <summary>The comment above a message, field, enum, value, service or rpc, without its line breaks; empty when there is none.</summary>
    public static string Comment(DescriptorDeclaration? declaration)
    {
        var paragraphs = (declaration?.LeadingComments ?? "").Replace("\r", "", StringComparison.Ordinal).Split("\n\n");
        return string.Join("\n\n", paragraphs.Select(p => string.Join(' ', p.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))));
    }
}
