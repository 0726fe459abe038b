using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.V1;

namespace Qudao.Bench.Bare;

/// <summary>Answers as large as ours, made once.</summary>
internal static class Answers
{
    /// <summary>A partner with everything our service fills in.</summary>
    public static Partner One { get; } = Filled();

    /// <summary>A page of 50.</summary>
    public static ListPartnersResponse Page { get; } = new() { Partners = { Enumerable.Repeat(One, 50) }, NextPageToken = new string('x', 120) };

    private static Partner Filled()
    {
        var partner = Sample.New();
        partner.Name = "partners/01k6z6v2k3m4n5p6q7r8s9t0v1";
        partner.Stage = PartnerStage.Surveyed;
        partner.City = "南京市";
        partner.Organisation = "organisations/hq";
        partner.Etag = "v1";
        partner.CreateTime = partner.UpdateTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow);
        partner.ScopePath = "/hq/01k6z6v2k3m4n5p6q7r8s9t0v1/";
        return partner;
    }
}
