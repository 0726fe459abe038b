using System.Collections.Concurrent;
using Google.Api;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Qudao.Platform;

/// <summary>How one google.api.http rule maps a request and its reply; worked out once.</summary>
internal sealed class RestBinding
{
    private static readonly ConcurrentDictionary<GrpcJsonTranscodingMetadata, RestBinding> Known = new();

    private readonly HashSet<string> _pathFields;

    private RestBinding(GrpcJsonTranscodingMetadata metadata)
    {
        var method = metadata.MethodDescriptor;
        var input = method.InputType;
        var rule = metadata.HttpRule;
        IsAnonymous = Calls.Permission(method) == Calls.Anonymous;
        Input = JsonShape.Of(input);
        TakesBody = rule.Body.Length > 0;
        TakesQuery = rule.Body != "*";
        BodyField = TakesBody && TakesQuery ? Input.Find(rule.Body) : null;
        TakesFile = (BodyField?.Descriptor.FieldType == FieldType.Message ? BodyField.Descriptor.MessageType : null) is { } type && IsFile(type);
        GivesFile = IsFile(method.OutputType);
        IsStream = method.IsServerStreaming;
        IsRead = rule.PatternCase == HttpRule.PatternOneofCase.Get;
        _pathFields = [.. HttpPath.Of(rule).Variables];
        Masks = [.. input.Fields.InDeclarationOrder().Where(f => IsOf(f, FieldMask.Descriptor))];
        RequestId = TextField(input, "request_id");
        Etag = TextField(input, "etag");
        ResourceField = Etag is null && BodyField is { Kind: JsonKind.Message, IsRepeated: false, IsMap: false } ? BodyField.Descriptor : null;
        ResourceEtag = ResourceField is null ? null : TextField(ResourceField.MessageType, "etag");
        ReplyEtag = IsStream ? null : TextField(method.OutputType, "etag");
    }

    public bool IsAnonymous { get; }

    public JsonShape Input { get; }

    public bool TakesBody { get; }

    public bool TakesQuery { get; }

    /// <summary>The one field that the body is; null when the body is the whole request, or there is none.</summary>
    public FieldShape? BodyField { get; }

    public bool TakesFile { get; }

    public bool GivesFile { get; }

    public bool IsStream { get; }

    public bool IsRead { get; }

    public IReadOnlyList<FieldDescriptor> Masks { get; }

    public FieldDescriptor? RequestId { get; }

    public FieldDescriptor? Etag { get; }

    /// <summary>The resource in the body, and its etag, where the request has none of its own.</summary>
    public FieldDescriptor? ResourceField { get; }

    public FieldDescriptor? ResourceEtag { get; }

    public FieldDescriptor? ReplyEtag { get; }

    public static RestBinding Of(GrpcJsonTranscodingMetadata metadata) => Known.GetOrAdd(metadata, static m => new RestBinding(m));

    /// <summary>The field that a query parameter sets, with its path in proto names; null when no parameter may set it.</summary>
    public (FieldShape Field, string Path)? QueryField(string name)
    {
        var shape = Input;
        FieldShape? field = null;
        var path = "";
        foreach (var step in name.Split('.'))
        {
            if (shape?.Find(step) is not { } found || field?.IsRepeated == true) return null;
            field = found;
            shape = field.Message;
            path = path.Length == 0 ? field.Descriptor.Name : $"{path}.{field.Descriptor.Name}";
            if (field == BodyField || _pathFields.Contains(path)) return null;
        }
        return (field!, path);
    }

    private static bool IsFile(MessageDescriptor type) => type.FullName == HttpBody.Descriptor.FullName;

    private static bool IsOf(FieldDescriptor field, MessageDescriptor type) =>
        field.FieldType == FieldType.Message && !field.IsRepeated && field.MessageType.FullName == type.FullName;

    private static FieldDescriptor? TextField(MessageDescriptor type, string name) =>
        type.FindFieldByName(name) is { FieldType: FieldType.String, IsRepeated: false } field ? field : null;
}
