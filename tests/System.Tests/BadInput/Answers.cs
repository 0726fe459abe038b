using Grpc.Core;

namespace Qudao.System.Tests.BadInput;

/// <summary>What holds for the answer to every bad call.</summary>
public static class Answers
{
    /// <summary>What only the inside of a server says.</summary>
    private static readonly string[] Inside =
    [
        "   at ", "Exception", "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "SQLite", "Sqlite", "Dapper", "Microsoft.", "System.", "Qudao.", ".cs:line",
    ];

    private static readonly StatusCode[] Refusals =
    [
        StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.FailedPrecondition, StatusCode.PermissionDenied, StatusCode.Unauthenticated, StatusCode.Aborted,
        StatusCode.ResourceExhausted, StatusCode.AlreadyExists,
    ];

    /// <summary>The answer is a refusal of the caller's request, whole and in his language, and tells nothing of the inside.</summary>
    /// <param name="quotes">The texts may quote what is Chinese in any language, such as the columns of a form.</param>
    public static void AssertRefused(Reply reply, Transport transport, string? language = null, bool quotes = false)
    {
        if (transport == Transport.Rest)
            Assert.That(reply.Status, Is.InRange(400, 499), reply.Raw);
        Assert.That(Refusals, Does.Contain(reply.Code), reply.Raw);
        Assert.That(reply.Reason, Does.Match("^[A-Z][A-Z_0-9]+$"), reply.Raw);
        Assert.That(reply.Domain, Is.EqualTo("qudao"), reply.Raw);
        foreach (var secret in Inside)
            Assert.That(reply.Raw, Does.Not.Contain(secret));
        var english = language?.StartsWith("en", StringComparison.Ordinal) == true;
        AssertLanguage(reply.Message, english, reply);
        foreach (var (field, reason, text) in reply.Violations)
        {
            if (!quotes)
                AssertLanguage(text, english, reply);
            Assert.That(reason, Does.Match("^[A-Z][A-Z_0-9]+$"), $"{field}: {reply.Raw}");
        }
    }

    /// <summary>The same over REST, with this status and reason.</summary>
    public static void AssertRefusedAs(Reply reply, int status, string reason, string? language = null)
    {
        Assert.That((reply.Status, reply.Reason), Is.EqualTo((status, reason)), reply.Raw);
        if (reply.Code != StatusCode.Unimplemented)
            AssertRefused(reply, Transport.Rest, language);
    }

    /// <summary>What is stored is as it was when this was last asked, and the server logged no error.</summary>
    public static void AssertNothingChanged()
    {
        Assert.That(Loaded.Databases.Changes(), Is.Empty, "a bad call changed what is stored");
        Assert.That(Loaded.LoggedErrors(), Is.Empty, "the server logged errors");
    }

    private static void AssertLanguage(string text, bool english, Reply reply)
    {
        Assert.That(text, Is.Not.Empty, reply.Raw);
        Assert.That(text.Any(c => c is >= '\u4e00' and <= '\u9fff'), Is.EqualTo(!english), $"in {(english ? "English" : "Chinese")}: {text}\n{reply.Raw}");
    }
}
