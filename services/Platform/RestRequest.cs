using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Qudao.Platform;

/// <summary>One request: its body read once, checked, and handed on.</summary>
internal sealed class RestRequest(HttpContext http, RestBinding binding) : IDisposable
{
    private readonly Stream _outside = http.Request.Body;
    private byte[]? _buffer;
    private CountedBody? _file;

    /// <summary>The file turned out to be larger than it may.</summary>
    public bool IsTooLarge => _file?.IsTooLarge == true;

    /// <summary>False when the request was refused; then the answer is written.</summary>
    public async Task<bool> PrepareAsync()
    {
        var request = http.Request;
        // No need to read megabytes from somebody who did not sign in; whether the token is good is seen later.
        if (!binding.IsAnonymous && request.Headers.Authorization.Count == 0) return await RefuseAsync(Errors.Unauthenticated());
        if (!IsUtf8(request) || !HasGoodType(request)) return await RefuseAsync(StatusCodes.Status415UnsupportedMediaType);
        var faults = new RestFaults();
        http.Features.Set(faults);
        CheckQuery(faults);
        if (binding.TakesFile)
        {
            if (request.ContentLength > Rest.MaxFile) return await RefuseAsync(StatusCodes.Status413PayloadTooLarge);
            request.Body = _file = new CountedBody(request.Body, Rest.MaxFile);
        }
        else if (binding.TakesBody)
        {
            if (await ReadAsync() is not { } length) return await RefuseAsync(StatusCodes.Status413PayloadTooLarge);
            CheckBody(length, faults);
        }
        else if (request.ContentLength > 0)
        {
            faults.Add(new Violation(JsonShape.Body, "此请求不带内容", "this request takes no body", "UNKNOWN_FIELD"));
        }
        return true;
    }

    public void Dispose()
    {
        http.Request.Body = _outside;
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
    }

    // JSON of another charset is not offered; a charset nobody knows would even upset the reader after us.
    private static bool IsUtf8(HttpRequest request) =>
        request.ContentType is not { } type || !type.Contains("charset", StringComparison.OrdinalIgnoreCase)
        || (MediaTypeHeaderValue.TryParse(type, out var media)
            && (!IsJson(media) || !media.Charset.HasValue || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private bool HasGoodType(HttpRequest request)
    {
        if (!binding.TakesBody || binding.TakesFile) return true;
        // Without a body there is nothing to be of a type: an rpc whose request is empty may be called with nothing.
        if (request.ContentType is null) return request.ContentLength is null or 0;
        return request.ContentType == "application/json" || (MediaTypeHeaderValue.TryParse(request.ContentType, out var media) && IsJson(media));
    }

    private static bool IsJson(MediaTypeHeaderValue media) =>
        media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);

    // What is wrong is left out of the query that goes on, so that the rest of the request can be looked at too.
    private void CheckQuery(RestFaults faults)
    {
        if (!http.Request.QueryString.HasValue) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        var garbled = Garbled(http.Request.QueryString.Value!);
        foreach (var (name, values) in http.Request.Query)
        {
            var found = garbled?.Contains(name) == true
                ? new Violation(RequestRules.Shown(name), "不是有效的 UTF-8 文本", "is not valid UTF-8", "BAD_ENCODING")
                : FaultOf(name, values, seen);
            if (found is not { } fault) continue;
            faults.Add(fault);
            wrong.Add(name);
        }
        if (wrong.Count > 0) http.Request.QueryString = QueryString.Create(http.Request.Query.Where(parameter => !wrong.Contains(parameter.Key)));
    }

    // What is no UTF-8 would otherwise stand as it came, with its percent signs, and be taken for text.
    private static HashSet<string>? Garbled(string query)
    {
        if (!query.Contains('%', StringComparison.Ordinal)) return null;
        HashSet<string>? garbled = null;
        foreach (var parameter in new QueryStringEnumerable(query))
        {
            if (!IsUtf8(parameter.EncodedName.Span) || !IsUtf8(parameter.EncodedValue.Span)) (garbled ??= []).Add(parameter.DecodeName().ToString());
        }
        return garbled;
    }

    private static bool IsUtf8(ReadOnlySpan<char> encoded)
    {
        if (!encoded.Contains('%')) return true;
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var isEscape = encoded[i] == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]);
            bytes[length++] = isEscape ? byte.Parse(encoded.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : (byte)'a';
            if (isEscape) i += 2;
        }
        return System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length));
    }

    private Violation? FaultOf(string name, StringValues values, HashSet<string> seen)
    {
        var shown = RequestRules.Shown(name);
        if ((binding.TakesQuery ? binding.QueryField(name) : null) is not var (field, path))
            return new Violation(shown, "没有这个查询参数", "is no known query parameter", "UNKNOWN_FIELD");
        return seen.Add(path) ? field.InQuery(shown, values) : new Violation(shown, "重复出现", "is given twice", "DUPLICATE");
    }

    /// <summary>Reads the whole body into the buffer; null when it is too large.</summary>
    private async Task<int?> ReadAsync()
    {
        var request = http.Request;
        if (request.ContentLength > Rest.MaxJson) return null;
        // One byte more than allowed tells a body that is too large from one that just fits.
        _buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 4_096) + 1);
        var length = 0;
        while (await request.Body.ReadAsync(_buffer.AsMemory(length), http.RequestAborted) is > 0 and var read)
        {
            length += read;
            if (length > Rest.MaxJson) return null;
            if (length == _buffer.Length) Grow();
        }
        return length;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer!.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void CheckBody(int length, RestFaults faults)
    {
        var request = http.Request;
        ReadOnlyMemory<byte> body = _buffer.AsMemory(0, length);
        // The mark some editors put before UTF-8.
        if (body.Span.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) body = body[3..];
        if (length == 0)
        {
            request.ContentType ??= "application/json";
            body = "{}"u8.ToArray();
        }
        var json = binding.Input.Check(body, binding.BodyField);
        faults.Add(json);
        MemoryMarshal.TryGetArray(json.Body, out var bytes);
        request.Body = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
    }

    private async Task<bool> RefuseAsync(Refusal refusal)
    {
        await Problems.WriteAsync(http, refusal);
        return false;
    }

    private async Task<bool> RefuseAsync(int status)
    {
        await Problems.WriteAsync(http, status);
        return false;
    }

    /// <summary>Ends a file that is longer than allowed, also when nobody said how long it would be.</summary>
    private sealed class CountedBody(Stream inner, long limit) : Stream
    {
        private long _read;

        public bool IsTooLarge { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _read += read;
            if (_read <= limit) return read;
            IsTooLarge = true;
            throw new BadHttpRequestException("The file is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}
