using Google.Protobuf;
using Grpc.Core;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Platform;

/// <summary>Sends spreadsheets in pieces.</summary>
public static class Downloads
{
    private const int Piece = 64 * 1024;

    /// <summary>Sends a form as an .xlsx file that has its title for its name.</summary>
    public static async Task SendAsync(this IServerStreamWriter<HttpBody> stream, ServerCallContext context, SheetForm form)
    {
        using var file = new MemoryStream();
        SheetWriter.Write(file, SheetFormat.Xlsx, form);
        await stream.SendXlsxAsync(context, form.Title, file.ToArray());
    }

    /// <param name="stream">Where to.</param>
    /// <param name="context">The call.</param>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="file">The whole .xlsx file.</param>
    public static async Task SendXlsxAsync(this IServerStreamWriter<HttpBody> stream, ServerCallContext context, string name, ReadOnlyMemory<byte> file)
    {
        context.GetHttpContext().Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(name)}.xlsx";
        for (var at = 0; at < file.Length; at += Piece)
            await stream.WriteAsync(new HttpBody
            {
                ContentType = SheetWriter.MediaType(SheetFormat.Xlsx),
                Data = UnsafeByteOperations.UnsafeWrap(file.Slice(at, Math.Min(Piece, file.Length - at))),
            });
    }
}
