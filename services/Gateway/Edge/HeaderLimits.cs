using Grpc.Core;
using Qudao.Platform;

namespace Qudao.Gateway.Edge;

/// <summary>
/// How long an address and how large headers may be. The server itself cuts off without a word what is twice as large; what is
/// between is refused so that its sender can read why.
/// </summary>
public static class HeaderLimits
{
    public const int MostBytes = 16 * 1024;
    public const int MostHeaders = 64;

    /// <summary>Path and query, as they were sent.</summary>
    public const int LongestAddress = 8 * 1024;

    /// <summary>As a header stands on the wire: ": " and a line break.</summary>
    private const int AroundHeader = 4;

    /// <summary>Whether the request was refused; then it is answered and its connection ends.</summary>
    public static async Task<bool> RefuseAsync(HttpContext http)
    {
        if (RefusalOf(http.Request) is not var (status, refusal))
            return false;
        if (HttpProtocol.IsHttp11(http.Request.Protocol))
            http.Response.OnStarting(static response =>
            {
                ((HttpResponse)response).Headers.Connection = "close";
                return Task.CompletedTask;
            }, http.Response);
        await Answers.RefuseAsync(http, refusal, status);
        return true;
    }

    private static (int Status, Refusal Refusal)? RefusalOf(HttpRequest request)
    {
        if (request.Path.Value!.Length + request.QueryString.Value!.Length > LongestAddress)
            return (StatusCodes.Status414UriTooLong, new Refusal(StatusCode.InvalidArgument, "ADDRESS_TOO_LONG", $"请求地址太长，最多 {LongestAddress >> 10} KB。", $"The address is too long; {LongestAddress >> 10} KB at most."));
        if (request.Headers.Count > MostHeaders)
            return (StatusCodes.Status431RequestHeaderFieldsTooLarge, new Refusal(StatusCode.InvalidArgument, "TOO_MANY_HEADERS", $"请求头太多，最多 {MostHeaders} 个。", $"There are too many headers; {MostHeaders} at most."));
        return IsTooLarge(request.Headers)
            ? (StatusCodes.Status431RequestHeaderFieldsTooLarge, new Refusal(StatusCode.InvalidArgument, "HEADERS_TOO_LARGE", $"请求头太大，合计最多 {MostBytes >> 10} KB。", $"The headers are too large; {MostBytes >> 10} KB at most together."))
            : null;
    }

    private static bool IsTooLarge(IHeaderDictionary headers)
    {
        var bytes = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                bytes += name.Length + (value?.Length ?? 0) + AroundHeader;
        }
        return bytes > MostBytes;
    }
}
