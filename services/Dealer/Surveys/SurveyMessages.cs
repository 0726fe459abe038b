using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>Surveys as a caller sees them.</summary>
internal static class SurveyMessages
{
    public static SurveyRow AsSeenBy(Caller caller, SurveyRow row)
    {
        if (!caller.SeesAllPhones())
            row.Phone = Privacy.Mask(row.Phone);
        return row;
    }

    public static Survey Of(SurveyRow seen, Caller caller)
    {
        var row = AsSeenBy(caller, seen.Copy());
        var survey = new Survey
        {
            Name = $"surveys/{row.Id}",
            Partner = $"partners/{row.PartnerId}",
            Organisation = $"organisations/{row.OrganisationId}",
            Month = row.Month,
            Region = row.Province,
            City = row.City,
            DisplayName = row.Name,
            Brands = row.Brands,
            Address = row.Address,
            Contact = row.Contact,
            Phone = row.Phone,
            Advantage = row.Advantage,
            CityCode = row.CityCode,
            Source = EnumText.Parse<SurveySource>(row.Source),
            EditorName = row.EditorName,
            Etag = Etag.Of(row.Version),
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        };
        if (row.AnnualVolume is { } volume)
            survey.AnnualVolume = volume;
        if (row.IsTarget is { } target)
            survey.Target = target;
        return survey;
    }

    /// <param name="row">The cells, source, version and time as they were.</param>
    /// <param name="current">The row itself, which gives what never changes.</param>
    public static SurveyVersion Version(SurveyRow row, SurveyRow current, Caller caller)
    {
        var whole = row.Copy();
        (whole.Id, whole.PartnerId, whole.OrganisationId, whole.Month, whole.CityCode, whole.CreatedUs) =
            (current.Id, current.PartnerId, current.OrganisationId, current.Month, current.CityCode, current.CreatedUs);
        return new SurveyVersion { Name = $"surveys/{current.Id}/versions/{Etag.Of(row.Version)}", Survey = Of(whole, caller), Current = row.Version == current.Version };
    }

    public static TargetMark Of(SurveyMarkRow row)
    {
        var mark = new TargetMark
        {
            Survey = $"surveys/{row.SurveyId}",
            Month = row.Month,
            Reason = row.Reason,
            AuthorName = row.AuthorName,
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        };
        if (row.IsTarget is { } target)
            mark.Target = target;
        if (row.WasTarget is { } previous)
            mark.PreviousTarget = previous;
        return mark;
    }

    public static MissingSurvey Of(MissingShop shop) => new()
    {
        Partner = $"partners/{shop.PartnerId}",
        DisplayName = shop.Name,
        Organisation = $"organisations/{shop.OrganisationId}",
        CityCode = shop.CityCode,
        Assignee = shop.AssigneeId is null ? "" : $"staff/{shop.AssigneeId}",
        LatestMonth = shop.LatestMonth ?? "",
        LatestSurvey = shop.LatestId is null ? "" : $"surveys/{shop.LatestId}",
    };
}
