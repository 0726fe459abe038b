using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Surveys;

/// <summary>Months beside each other, and how far one is brought up to date.</summary>
internal static class SurveyMonths
{
    private const int ReadRows = 1000;

    public static async Task<CompareSurveysResponse> CompareAsync(Session s, CompareSurveysRequest request, string month, string previous, Page page, Caller caller)
    {
        var organisationId = Ids.Of(request.Organisation, "organisations");
        var counts = page.After.Length == 0 ? new SurveyChangeCounts() : null;
        var changes = new List<SurveyChange>();
        var after = page.After;
        // The first page counts all there are, so it reads on to the end.
        for (var more = true; more && (counts is not null || changes.Count < page.Fetch);)
        {
            var rows = await SurveyStore.OfTwoMonthsAsync(s, caller.Scope, month, previous, organisationId, after, ReadRows);
            more = rows.Count == ReadRows;
            // The last shop's other row may be behind what was read.
            if (more && rows[^1].PartnerId is var cut)
                rows.RemoveAll(row => row.PartnerId == cut);
            foreach (var shop in rows.GroupBy(row => row.PartnerId))
            {
                after = shop.Key;
                var change = Change(shop.FirstOrDefault(row => row.Month == previous), shop.FirstOrDefault(row => row.Month == month), caller);
                Count(counts, change.Difference);
                if (changes.Count < page.Fetch && (request.Difference == change.Difference || (request.Difference == SurveyDifference.Unspecified && change.Difference != SurveyDifference.Same)))
                    changes.Add(change);
            }
        }
        var next = page.Cut(changes, change => Ids.Of(change.Partner, "partners"));
        return new CompareSurveysResponse { Changes = { changes }, Counts = counts, NextPageToken = next };
    }

    public static async Task<SurveyCompleteness> CompletenessAsync(Session s, string organisation, string month, DateOnly today, Caller caller)
    {
        var scope = caller.Scope;
        if (organisation.Length > 0)
            scope = scope with { Path = (await OrganisationStore.GetAsync(s, Ids.Of(organisation, "organisations"), scope) ?? throw Errors.NotFound(organisation)).ScopePath };
        var due = SurveyRules.DueDate(month);
        var rows = new List<(string Path, OrganisationCompleteness Message)>();
        foreach (var count in await SurveyMonthStore.CountsAsync(s, scope, month))
        {
            var home = (await OrganisationStore.FindAsync(s, count.OrganisationId))!;
            rows.Add((home.ScopePath, new OrganisationCompleteness
            {
                Organisation = $"organisations/{home.Id}",
                DisplayName = home.Name,
                Shops = count.Shops,
                Updated = count.Updated,
                Missing = count.Shops - count.Updated,
                Overdue = count.Updated < count.Shops && today > due,
                Submissions = await SurveyMonthStore.SubmissionsAsync(s, home.Id, month),
            }));
        }
        var reply = new SurveyCompleteness { Month = month, DueDate = due.ToString("yyyy-MM-dd") };
        reply.Organisations.Add(rows.OrderBy(row => row.Path, StringComparer.Ordinal).Select(row => row.Message));
        return reply;
    }

    private static SurveyChange Change(SurveyRow? before, SurveyRow? after, Caller caller)
    {
        var change = new SurveyChange
        {
            Partner = $"partners/{(after ?? before)!.PartnerId}",
            DisplayName = (after ?? before)!.Name,
            Survey = after is null ? "" : $"surveys/{after.Id}",
            PreviousSurvey = before is null ? "" : $"surveys/{before.Id}",
        };
        if (before is not null && after is not null)
            change.Fields.Add(SurveyRules.Differences(before, after).Select(field => AsSeenBy(caller, field)));
        change.Difference = before is null ? SurveyDifference.New : after is null ? SurveyDifference.Gone : change.Fields.Count > 0 ? SurveyDifference.Changed : SurveyDifference.Same;
        return change;
    }

    private static SurveyFieldChange AsSeenBy(Caller caller, SurveyFieldChange field)
    {
        if (field.Column == SurveyForm.Phone && !caller.SeesAllPhones())
            (field.Before, field.After) = (Privacy.Mask(field.Before), Privacy.Mask(field.After));
        return field;
    }

    private static void Count(SurveyChangeCounts? counts, SurveyDifference difference)
    {
        if (counts is null)
            return;
        counts.Added += difference == SurveyDifference.New ? 1 : 0;
        counts.Changed += difference == SurveyDifference.Changed ? 1 : 0;
        counts.Gone += difference == SurveyDifference.Gone ? 1 : 0;
        counts.Same += difference == SurveyDifference.Same ? 1 : 0;
    }
}
