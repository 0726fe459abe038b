using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// REST over the same rpcs, by their google.api.http annotations. ASP.NET Core's JSON transcoding does the work; around it stand
/// a strict check of what comes in, problem+json for what fails, ETag and Idempotency-Key as headers, and files as they are.
/// </summary>
public static class Rest
{
    /// <summary>Largest JSON body, in bytes.</summary>
    public const int MaxJson = 1024 * 1024;

    /// <summary>Largest uploaded file, in bytes.</summary>
    public const int MaxFile = 20 * 1024 * 1024;

    public const string Lines = "application/x-ndjson";

    /// <summary>
    /// JSON as proto3 has it: lowerCamel names, enums by name, 64-bit integers as strings. Fields with their default value are
    /// written too, so that a client sees "nothing open" as 0 and "no remark" as "" instead of a hole.
    /// </summary>
    public static void AddQudaoRest(this IServiceCollection services)
    {
        services.AddSingleton<RestCalls>();
        services.AddGrpc().AddJsonTranscoding(options =>
        {
            options.JsonSettings = new GrpcJsonSettings { WriteInt64sAsStrings = true };
            options.TypeRegistry = TypeRegistry.FromFiles([ErrorDetailsReflection.Descriptor, .. ProtocolFiles()]);
        });
        // Outermost: what headers say is part of the request before anybody looks at it.
        services.PostConfigure<GrpcServiceOptions>(grpc =>
        {
            grpc.Interceptors.Add<RestCalls>();
            var own = grpc.Interceptors[^1];
            grpc.Interceptors.RemoveAt(grpc.Interceptors.Count - 1);
            grpc.Interceptors.Insert(0, own);
        });
    }

    /// <summary>First in the pipeline of a service.</summary>
    public static void UseQudaoRest(this WebApplication app)
    {
        app.UseProblems();
        app.UseRouting();
        app.Use(ServeAsync);
    }

    /// <summary>What the contracts' assembly declares, file by file.</summary>
    public static IEnumerable<FileDescriptor> ProtocolFiles() => typeof(OptionsExtensions).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor")?.GetValue(null))
        .OfType<FileDescriptor>();

    private static async Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        var metadata = http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>();
        if (metadata is null)
        {
            await next(http);
            return;
        }
        var binding = RestBinding.Of(metadata);
        using var request = new RestRequest(http, binding);
        if (!await request.PrepareAsync()) return;
        var outside = http.Response.Body;
        var reply = new RestReply(http, binding, outside);
        http.Features.Set(reply);
        http.Response.Body = reply;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = outside;
        }
        if (reply.IsFailed) await reply.FailAsync(request.IsTooLarge);
    }
}
