using System.Net;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Qudao.Reporting.Notifications;

/// <summary>
/// Messages by SMTP. Mail:Host switches it on; Mail:Port, Mail:From, Mail:FromName, Mail:Tls ("none", "starttls", "tls"), Mail:User and
/// Mail:PasswordFile, whose content is read for each message and stands in no log.
/// </summary>
public sealed class Mail
{
    private const int Seconds = 20;

    private readonly string host;
    private readonly int port;
    private readonly SecureSocketOptions tls;
    private readonly MailboxAddress from;
    private readonly string user;
    private readonly string passwordFile;

    private Mail(IConfiguration settings)
    {
        host = settings["Mail:Host"]!;
        tls = settings["Mail:Tls"] switch
        {
            "none" => SecureSocketOptions.None,
            "tls" => SecureSocketOptions.SslOnConnect,
            null or "" or "starttls" => SecureSocketOptions.StartTls,
            var other => throw new InvalidOperationException($"Mail:Tls is \"{other}\"; it must be none, starttls or tls."),
        };
        port = settings.GetValue("Mail:Port", tls == SecureSocketOptions.SslOnConnect ? 465 : 587);
        from = MailboxAddress.TryParse(settings["Mail:From"], out var address) ? new MailboxAddress(settings["Mail:FromName"] ?? "渠道 Qudao", address.Address)
            : throw new InvalidOperationException("Mail:From must be an e-mail address.");
        (user, passwordFile) = (settings["Mail:User"] ?? "", settings["Mail:PasswordFile"] ?? "");
        if (user.Length > 0 && tls == SecureSocketOptions.None && !IPAddress.IsLoopback(IPAddress.TryParse(host, out var ip) ? ip : IPAddress.None))
            throw new InvalidOperationException("Mail:User needs Mail:Tls: a password does not go over the net in the clear.");
    }

    /// <summary>The channel as configured; null when no host is.</summary>
    public static Mail? From(IConfiguration configuration) => configuration["Mail:Host"] is { Length: > 0 } ? new Mail(configuration) : null;

    public async Task SendAsync(OutwardMessage message, CancellationToken cancel)
    {
        using var mail = ToMail(message);
        using var client = new SmtpClient { Timeout = Seconds * 1000 };
        await client.ConnectAsync(host, port, tls, cancel);
        if (user.Length > 0)
            await client.AuthenticateAsync(user, (await File.ReadAllTextAsync(passwordFile, cancel)).Trim(), cancel);
        try
        {
            await client.SendAsync(mail, cancel);
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode >= 500)
        {
            throw new OutwardRefusal($"{(int)e.StatusCode} {e.Message}");
        }
        await client.DisconnectAsync(true, cancel);
    }

    private MimeMessage ToMail(OutwardMessage message)
    {
        if (!MailboxAddress.TryParse(message.Address, out var to))
            throw new OutwardRefusal("The address is malformed.");
        var mail = new MimeMessage { Subject = message.Subject, MessageId = $"{message.Id}@{from.Domain}" };
        mail.From.Add(from);
        mail.To.Add(new MailboxAddress(message.Name, to.Address));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        var lines = message.Body.Split('\n').Select(line => WebUtility.HtmlEncode(line));
        mail.Body = new BodyBuilder { TextBody = message.Body, HtmlBody = $"<!doctype html><html lang=\"zh-CN\"><body><p>{string.Join("<br>\r\n", lines)}</p></body></html>" }.ToMessageBody();
        return mail;
    }
}
