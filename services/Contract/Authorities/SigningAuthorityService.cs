using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Authorities;

/// <summary>Signing authorities 签约权限.</summary>
public sealed class SigningAuthorityService(Db db) : V1.SigningAuthorityService.SigningAuthorityServiceBase
{
    public override async Task<ListSigningAuthoritiesResponse> ListSigningAuthorities(ListSigningAuthoritiesRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        var rows = await db.ReadAsync(s => SigningAuthorities.ListAsync(s, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListSigningAuthoritiesResponse { SigningAuthorities = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override Task<SigningAuthority> UpdateSigningAuthority(UpdateSigningAuthorityRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.SigningAuthority;
        return db.WriteAsync(async tx =>
        {
            var id = Ids.Of(asked.Name, "signingAuthorities");
            var row = await SigningAuthorities.GetAsync(tx, id) ?? new AuthorityRow { Id = id };
            Etag.Check(asked.Etag, row.Version, asked.Name);
            var before = row.Roles;
            (row.Roles, row.UpdatedUs) = (string.Join(',', asked.Roles.Distinct()), tx.NowMicros);
            await SigningAuthorities.SaveAsync(tx, row);
            await tx.AuditAsync(caller, "signing-authority.update", asked.Name, "/hq/", null, new { Before = before, After = row.Roles });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    private static SigningAuthority ToMessage(AuthorityRow row)
    {
        var (kind, level) = SigningAuthorities.Parse(row.Id)!.Value;
        return new SigningAuthority
        {
            Name = $"signingAuthorities/{row.Id}",
            Kind = kind,
            PartnerLevel = level == SigningAuthorities.AnyLevel ? "" : level,
            Roles = { row.RoleList },
            Etag = Etag.Of(row.Version),
        };
    }
}
