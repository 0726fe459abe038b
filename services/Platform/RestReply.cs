using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Qudao.Platform;

/// <summary>
/// Where transcoding writes its answer. Lets good answers through; holds back the library's own form of an error (and the
/// body of a 304), so that ours can take its place.
/// </summary>
internal sealed class RestReply(HttpContext http, RestBinding binding, Stream outside) : Stream
{
    private bool _isOpen;
    private bool _isHeld;

    /// <summary>The caller has this version already.</summary>
    public bool IsNotModified { get; set; }

    public bool IsFailed => http.Items.ContainsKey(Calls.FailureItem) || (_isHeld && http.Response.StatusCode >= 400);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Answers the failure: as a problem, or as the last line of a stream, or – within a file – by breaking off.</summary>
    public async Task FailAsync(bool isTooLarge)
    {
        var failure = http.Items.TryGetValue(Calls.FailureItem, out var item) ? item as RpcException : null;
        if (!http.Response.HasStarted)
        {
            if (isTooLarge) await Problems.WriteAsync(http, StatusCodes.Status413PayloadTooLarge);
            else if (failure is not null) await Problems.WriteAsync(http, failure);
            else await Problems.WriteAsync(http, http.Response.StatusCode);
        }
        else if (failure is not null && !binding.GivesFile)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(new { error = Problems.Of(http, failure) }, Problems.Json);
            await http.Response.Body.WriteAsync((byte[])[.. line, (byte)'\n'], http.RequestAborted);
        }
        else
        {
            http.Abort();
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isOpen) Decide();
        else if (binding.IsStream && http.Items.ContainsKey(Calls.FailureItem)) _isHeld = true;
        return _isHeld ? ValueTask.CompletedTask : outside.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Headers sent before the first byte would fix a status and a content type that are not known yet.
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _isOpen && !_isHeld ? outside.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Decide()
    {
        _isOpen = true;
        var response = http.Response;
        if (http.Items.ContainsKey(Calls.FailureItem) || response.StatusCode >= 400)
        {
            _isHeld = true;
        }
        else if (IsNotModified)
        {
            _isHeld = true;
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentType = null;
        }
        else if (binding.GivesFile)
        {
            if (string.IsNullOrEmpty(response.ContentType)) response.ContentType = "application/octet-stream";
        }
        else if (binding.IsStream)
        {
            response.ContentType = Rest.Lines;
        }
    }
}
