using Qudao.Dealer.V1;
using Qudao.Gateway.V1;

namespace Qudao.Standalone.Demo;

/// <summary>The centres, and everybody who can sign in.</summary>
internal sealed class People(DemoRun run, IReadOnlyDictionary<string, string> passwords)
{
    public async Task ArriveAsync()
    {
        var organisations = run.Cast.Loader.As<OrganisationService.OrganisationServiceClient>();
        foreach (var centre in Company.Centres)
            await organisations.CreateOrganisationAsync(new CreateOrganisationRequest
            {
                RequestId = $"demo-{centre.Id}",
                OrganisationId = centre.Id,
                Organisation = new Organisation { DisplayName = centre.Name, Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = centre.ProvinceCode },
            });
        var users = new List<User>();
        await run.EachAsync(Company.Staff, async employee =>
        {
            var user = await TakeOnAsync(employee, "");
            lock (users)
                users.Add(user);
        });
        users.ForEach(run.Cast.Enter);
        await run.EachAsync(Company.Staff, OwnPasswordAsync);
    }

    /// <summary>The people of an agent and a shop, who see their own firm only.</summary>
    public async Task InviteAsync()
    {
        var shop = run.ShopsOf(Company.Centres[0]).First();
        run.Cast.Enter(await TakeOnAsync(Company.ShopsManager, shop.Partner));
        run.Cast.Enter(await TakeOnAsync(Company.AgentsOwner, run.Agents[Company.Centres[0].Agents[0].Name]));
        await OwnPasswordAsync(Company.ShopsManager);
        await OwnPasswordAsync(Company.AgentsOwner);
    }

    /// <summary>What the file names is the user's own password: the one he was given first is changed to it.</summary>
    private async Task OwnPasswordAsync(Employee employee)
    {
        var users = run.Cast[employee.Login].As<UserService.UserServiceClient>();
        if ((await users.GetCurrentUserAsync(new GetCurrentUserRequest())).PasswordTemporary)
            await users.ChangePasswordAsync(new ChangePasswordRequest { OldPassword = FirstPassword(employee), NewPassword = passwords[employee.Login] });
    }

    private string FirstPassword(Employee employee) => $"{passwords[employee.Login]}-first";

    private async Task<User> TakeOnAsync(Employee employee, string partner)
    {
        var staff = await run.Cast.Loader.As<StaffService.StaffServiceClient>().CreateStaffAsync(new CreateStaffRequest
        {
            RequestId = $"demo-{employee.Login}",
            Staff = new Staff { DisplayName = employee.Name, Organisation = $"organisations/{employee.Organisation}", Roles = { employee.Role }, Partner = partner },
        });
        // A stored reply tells of the user as it was then; asked for anew, it stands where the partner stands now.
        var users = run.Cast.Loader.As<UserService.UserServiceClient>();
        var user = await users.CreateUserAsync(new CreateUserRequest
        {
            RequestId = $"demo-{employee.Login}",
            User = new User { Login = employee.Login, Staff = staff.Name, Password = FirstPassword(employee) },
        });
        return await users.GetUserAsync(new GetUserRequest { Name = user.Name });
    }
}
