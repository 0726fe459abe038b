using System.Net;
using System.Text;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Qudao.TestKit;

/// <summary>
/// Carries a generated client's calls over REST: path, query and body after the rpc's google.api.http annotation, as an
/// integrator would write them by hand. So one story runs over gRPC and over REST alike.
/// </summary>
public sealed class RestInvoker(HttpClient http) : CallInvoker
{
    private static readonly Dictionary<string, MethodDescriptor> Methods = typeof(Dealer.V1.PartnerReflection).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
        .SelectMany(file => file.Services).SelectMany(service => service.Methods)
        .ToDictionary(method => $"/{method.Service.FullName}/{method.Name}");

    private static readonly TypeRegistry Types = TypeRegistry.FromMessages(
        Google.Rpc.ErrorInfo.Descriptor, Google.Rpc.BadRequest.Descriptor, Google.Rpc.LocalizedMessage.Descriptor);

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(UnaryAsync<TResponse>(method.FullName, (IMessage)request, options), Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(new OneReply<TResponse>(DownloadAsync<TResponse>(method.FullName, (IMessage)request, options)),
            Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("Tests call asynchronously.");

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException("REST has no client streams.");

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException("REST has no client streams.");

    private async Task<TResponse> UnaryAsync<TResponse>(string method, IMessage request, CallOptions options)
    {
        using var reply = await SendAsync(method, request, options);
        var json = await reply.Content.ReadAsStringAsync(options.CancellationToken);
        return (TResponse)Parser.Parse(json, Methods[method].OutputType);
    }

    private async Task<TResponse> DownloadAsync<TResponse>(string method, IMessage request, CallOptions options)
    {
        using var reply = await SendAsync(method, request, options);
        var body = new HttpBody
        {
            ContentType = reply.Content.Headers.ContentType?.ToString() ?? "",
            Data = ByteString.CopyFrom(await reply.Content.ReadAsByteArrayAsync(options.CancellationToken)),
        };
        return (TResponse)(object)body;
    }

    private async Task<HttpResponseMessage> SendAsync(string method, IMessage request, CallOptions options)
    {
        using var message = Message(Methods[method], request);
        foreach (var header in options.Headers ?? [])
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        var reply = await http.SendAsync(message, options.CancellationToken);
        if (reply.IsSuccessStatusCode)
            return reply;
        var problem = await reply.Content.ReadAsStringAsync(options.CancellationToken);
        reply.Dispose();
        throw new RpcException(new Status(CodeOf(problem, reply.StatusCode), problem));
    }

    /// <summary>The gRPC code that the problem names; by HTTP status where it names none.</summary>
    private static StatusCode CodeOf(string problem, HttpStatusCode status)
    {
        using var json = problem.StartsWith('{') ? System.Text.Json.JsonDocument.Parse(problem) : null;
        var name = json is not null && json.RootElement.TryGetProperty("code", out var code) ? code.GetString()!.Replace("_", "") : "";
        return Enum.TryParse<StatusCode>(name, ignoreCase: true, out var known) ? known : status switch
        {
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.NotFound,
            HttpStatusCode.BadRequest => StatusCode.InvalidArgument,
            _ => StatusCode.Unknown,
        };
    }

    private static HttpRequestMessage Message(MethodDescriptor method, IMessage request)
    {
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        var (verb, template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
            HttpRule.PatternOneofCase.Delete => (HttpMethod.Delete, rule.Delete),
            _ => throw new NotSupportedException($"{method.FullName} has no REST path."),
        };
        var bound = new List<string>();
        var path = System.Text.RegularExpressions.Regex.Replace(template, @"\{([a-z_.]+)=[^}]*\}", match =>
        {
            bound.Add(match.Groups[1].Value);
            return (string)Value(request, match.Groups[1].Value);
        });
        var query = rule.Body == "*" ? "" : Query(request, [.. bound, rule.Body]);
        var message = new HttpRequestMessage(verb, path + query);
        if (rule.Body.Length > 0)
            message.Content = Content(rule.Body == "*" ? request : (IMessage)Value(request, rule.Body));
        return message;
    }

    private static HttpContent Content(IMessage body)
    {
        if (body is not HttpBody file)
            return new StringContent(JsonFormatter.Default.Format(body), Encoding.UTF8, "application/json");
        var content = new ByteArrayContent(file.Data.ToByteArray());
        content.Headers.TryAddWithoutValidation("Content-Type", file.ContentType);
        return content;
    }

    private static object Value(IMessage message, string path)
    {
        object value = message;
        foreach (var step in path.Split('.'))
            value = ((IMessage)value).Descriptor.FindFieldByName(step).Accessor.GetValue((IMessage)value);
        return value;
    }

    /// <summary>The plain fields that are neither in the path nor in the body.</summary>
    private static string Query(IMessage request, IReadOnlyCollection<string> elsewhere)
    {
        var parts =
            from field in request.Descriptor.Fields.InDeclarationOrder()
            where !elsewhere.Contains(field.Name) && !elsewhere.Any(name => name.StartsWith(field.Name + ".", StringComparison.Ordinal))
            let value = field.Accessor.GetValue(request)
            let text = field.FieldType switch
            {
                FieldType.Enum => (int)value == 0 ? "" : field.EnumType.FindValueByNumber((int)value).Name,
                FieldType.Bool => (bool)value ? "true" : "",
                FieldType.Message => value is Google.Protobuf.WellKnownTypes.FieldMask mask ? JsonFormatter.Default.Format(mask).Trim('"') : "",
                _ => value is string s ? s : value.ToString() == "0" ? "" : value.ToString(),
            }
            where text.Length > 0
            select $"{field.JsonName}={Uri.EscapeDataString(text)}";
        var query = string.Join('&', parts);
        return query.Length == 0 ? "" : "?" + query;
    }

    private sealed class OneReply<T>(Task<T> reply) : IAsyncStreamReader<T>
    {
        private bool read;

        public T Current { get; private set; } = default!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (read)
                return false;
            Current = await reply;
            return read = true;
        }
    }
}
