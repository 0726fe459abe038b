using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Qudao.Platform;

/// <summary>What REST says in headers becomes part of the request, and what the reply says becomes headers. gRPC calls pass.</summary>
public sealed class RestCalls : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var http = context.GetHttpContext();
        return http.Features.Get<RestReply>() is { } reply ? ServeAsync(request, context, http, reply, continuation) : continuation(request, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var http = context.GetHttpContext();
        if (http.Features.Get<RestReply>() is null)
        {
            await continuation(request, responseStream, context);
            return;
        }
        Accept(request, http);
        // The library ends each message with a line break, which has no place in a file.
        await continuation(request, responseStream is IServerStreamWriter<HttpBody> ? (IServerStreamWriter<TResponse>)(object)new FileWriter(http) : responseStream, context);
        if (!http.Response.HasStarted && string.IsNullOrEmpty(http.Response.ContentType)) http.Response.ContentType = Rest.Lines;
    }

    private static async Task<TResponse> ServeAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, HttpContext http, RestReply reply, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var binding = Accept(request, http);
        var response = await continuation(request, context);
        if (binding.ReplyEtag?.Accessor.GetValue((IMessage)response) is string { Length: > 0 } etag)
        {
            var tag = new EntityTagHeaderValue($"\"{etag}\"");
            http.Response.Headers.ETag = tag.ToString();
            reply.IsNotModified = binding.IsRead && http.Request.Headers.IfNoneMatch.Count > 0
                && http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
        }
        return response;
    }

    private static RestBinding Accept(object request, HttpContext http)
    {
        var binding = RestBinding.Of(http.GetEndpoint()!.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()!);
        var (message, headers) = ((IMessage)request, http.Request.Headers);
        if (binding.RequestId is { } id && headers.TryGetValue("Idempotency-Key", out var key) && IsEmpty(message, id))
            id.Accessor.SetValue(message, key.ToString());
        if (!binding.IsRead && headers.IfMatch.Count > 0 && AcceptMatch(message, headers, binding) is { } fault)
            http.Features.Get<RestFaults>()!.Add(fault);
        foreach (var field in binding.Masks) AcceptMask((FieldMask?)field.Accessor.GetValue(message));
        return binding;
    }

    /// <summary>If-Match fills the etag of the request, or of the resource in it. Where it cannot hold it is refused, not overlooked.</summary>
    private static Violation? AcceptMatch(IMessage message, IHeaderDictionary headers, RestBinding binding)
    {
        if ((binding.Etag ?? binding.ResourceEtag) is not { } field)
            return new Violation("If-Match", "此操作不支持 If-Match", "this operation does not support If-Match", "UNKNOWN_FIELD");
        if (!EntityTagHeaderValue.TryParse(headers.IfMatch.ToString(), out var tag) || (tag.IsWeak && tag != EntityTagHeaderValue.Any))
            return new Violation("If-Match", "须为一个 ETag，如 \"v3\"", "must be one strong ETag such as \"v3\"", "BAD_FORMAT");
        if (tag.Equals(EntityTagHeaderValue.Any)) return null;
        var holder = binding.ResourceField is null || binding.Etag is not null ? message : (IMessage?)binding.ResourceField.Accessor.GetValue(message);
        if (holder is null) return null;
        var etag = tag.Tag.ToString().Trim('"');
        if (IsEmpty(holder, field)) field.Accessor.SetValue(holder, etag);
        else if ((string)field.Accessor.GetValue(holder) != etag)
            return new Violation("If-Match", "与内容中的 etag 不一致", "differs from the etag in the content", "DUPLICATE");
        return null;
    }

    // Query strings give JSON names; the rpc knows proto names.
    private static void AcceptMask(FieldMask? mask)
    {
        if (mask is null) return;
        for (var i = 0; i < mask.Paths.Count; i++)
        {
            if (mask.Paths[i].Any(char.IsAsciiLetterUpper))
                mask.Paths[i] = string.Concat(mask.Paths[i].Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString()));
        }
    }

    private static bool IsEmpty(IMessage message, FieldDescriptor field) => field.Accessor.GetValue(message) is null or "";

    /// <summary>Writes the pieces of a file as they come.</summary>
    private sealed class FileWriter(HttpContext http) : IServerStreamWriter<HttpBody>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(HttpBody message) => WriteAsync(message, http.RequestAborted);

        public async Task WriteAsync(HttpBody message, CancellationToken cancellationToken)
        {
            if (!http.Response.HasStarted && message.ContentType.Length > 0) http.Response.ContentType = message.ContentType;
            await http.Response.Body.WriteAsync(message.Data.Memory, cancellationToken);
        }
    }
}
