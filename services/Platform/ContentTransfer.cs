using System.Runtime.CompilerServices;
using Google.Api;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;

namespace Qudao.Platform;

/// <summary>A kept content, as its row tells of it.</summary>
public sealed record KeptContent(string FileName, string MediaType, long SizeBytes, string Sha256);

/// <summary>How files go in and out: in pieces, over gRPC and REST; a Range header of one range is answered with 206.</summary>
public static class ContentTransfer
{
    private const int Piece = 64 * 1024;

    /// <summary>What a received file is by its content; refuses (INVALID_ARGUMENT, FILE_TYPE) what we do not take, and what is called otherwise.</summary>
    public static string TypeOf(Received received, string fileName)
    {
        using var file = File.OpenRead(received.Path);
        return FileTypes.Of(file) is { } mediaType && FileTypes.IsCalledSo(fileName, mediaType) ? mediaType
            : throw Errors.Invalid("file", "只能上传 PDF、JPG、PNG、DOCX、XLSX（不含宏），且扩展名须与内容一致",
                "must be a PDF, JPEG, PNG, DOCX or XLSX without macros, and be called so", "FILE_TYPE");
    }

    /// <summary>A file that came whole.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> OnceAsync(ReadOnlyMemory<byte> data)
    {
        await Task.CompletedTask;
        yield return data;
    }

    /// <summary>A file that comes in the messages of a stream, the first of which is read already.</summary>
    /// <param name="first">It may hold content too.</param>
    /// <param name="rest">The messages after it.</param>
    /// <param name="data">The content in a message.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync<T>(
        T first, IAsyncStreamReader<T> rest, Func<T, ByteString> data, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return data(first).Memory;
        while (await rest.MoveNext(cancel))
            yield return data(rest.Current).Memory;
    }

    /// <summary>Sends a content, or the part of it that is asked for.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="content">Which.</param>
    /// <param name="offset">From this byte on; a Range header comes before it.</param>
    /// <param name="length">So many bytes at most; all when 0.</param>
    public static Task SendAsync(ContentFolder folder, KeptContent content, long offset, long length, IServerStreamWriter<HttpBody> stream, ServerCallContext context) =>
        SendAsync(() => folder.Open(content.Sha256), content, offset, length, stream, context);

    /// <summary>Sends a file, or the part of it that is asked for.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="content">What it is.</param>
    /// <param name="offset">From this byte on; a Range header comes before it.</param>
    /// <param name="length">So many bytes at most; all when 0.</param>
    public static async Task SendAsync(Func<FileStream> open, KeptContent content, long offset, long length, IServerStreamWriter<HttpBody> stream, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var headers = http.Response.Headers;
        if (new RequestHeaders(http.Request.Headers).Range is { Unit.Value: "bytes", Ranges.Count: 1 } asked)
        {
            // "-500" is the last 500 bytes.
            var range = asked.Ranges.First();
            offset = range.From ?? Math.Max(0, content.SizeBytes - range.To!.Value);
            length = range.From is null || range.To is null ? 0 : range.To.Value - offset + 1;
            if (offset < content.SizeBytes)
                (http.Response.StatusCode, headers.ContentRange) = (StatusCodes.Status206PartialContent, $"bytes {offset}-{offset + Rest(content, offset, length) - 1}/{content.SizeBytes}");
        }
        if (offset > content.SizeBytes || (offset == content.SizeBytes && content.SizeBytes > 0))
            throw Errors.Invalid("offset", $"超出文件大小（{content.SizeBytes} 字节）", $"lies behind the file's end, {content.SizeBytes} bytes", "OUT_OF_RANGE");
        headers.AcceptRanges = "bytes";
        headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(content.FileName)}";
        headers.XContentTypeOptions = "nosniff";
        await WriteAsync(open, content, offset, Rest(content, offset, length), stream, context.CancellationToken);
    }

    private static async Task WriteAsync(Func<FileStream> open, KeptContent content, long offset, long length, IServerStreamWriter<HttpBody> stream, CancellationToken cancel)
    {
        await using var file = open();
        file.Position = offset;
        var buffer = new byte[Piece];
        for (var left = length; left > 0;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel);
            if (read == 0)
                throw new IOException($"{content.FileName} is shorter than {content.SizeBytes} bytes.");
            await stream.WriteAsync(new HttpBody { ContentType = content.MediaType, Data = ByteString.CopyFrom(buffer, 0, read) }, cancel);
            left -= read;
        }
    }

    private static long Rest(KeptContent content, long offset, long length) => Math.Min(length == 0 ? long.MaxValue : length, content.SizeBytes - offset);
}
