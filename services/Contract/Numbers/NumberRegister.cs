using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Numbers;

/// <summary>Gives an agreement its number, in the transaction that signs it.</summary>
public static class NumberRegister
{
    /// <summary>HQ 总部; its blocks serve organisations that have none of their own.</summary>
    private const string Hq = "hq";

    private static readonly Scope Everywhere = new("/", null);

    /// <summary>
    /// The next number of the organisation's register for the kind, or of HQ's when the organisation has no block for it.
    /// Numbers issued to the drafter come first; numbers issued to others are theirs. Refuses with NO_FREE_NUMBER.
    /// </summary>
    public static async Task<string> TakeAsync(Tx tx, string organisationId, AgreementKind kind, string drafterId, string agreementId)
    {
        var register = await NumberStore.LockAsync(tx, organisationId, Codes.Of(kind), Everywhere) ? organisationId
            : await NumberStore.LockAsync(tx, Hq, Codes.Of(kind), Everywhere) ? Hq
            : throw NumberRules.NoFreeNumber(organisationId, kind);
        return await NumberStore.TakeAsync(tx, register, Codes.Of(kind), drafterId, agreementId, ChinaTime.DateOf(tx.Now))
            ?? throw NumberRules.NoFreeNumber(register, kind);
    }
}
