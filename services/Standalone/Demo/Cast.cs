using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Qudao.Gateway.Sessions;
using Qudao.Gateway.Users;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Standalone.Demo;

/// <summary>Somebody who acts in the load: his calls go through the gateway like everybody's.</summary>
/// <param name="staff">"staff/…"; empty for the loader itself.</param>
internal sealed class Actor(CallInvoker invoker, string staff)
{
    public string Staff => staff;

    /// <summary>A generated client that calls as this person.</summary>
    public TClient As<TClient>()
        where TClient : ClientBase<TClient> => (TClient)Activator.CreateInstance(typeof(TClient), invoker)!;
}

/// <summary>
/// Who acts in the load. The gateway grants each a session that only this process knows and that ends with the load, so
/// nobody's password is needed, not even the administrator's. In the audit trail everything done with them comes from "demo".
/// </summary>
internal sealed class Cast : IDisposable
{
    private const string Source = "demo";

    private readonly SignedInSessions sessions;
    private readonly GrpcChannel channel;
    private readonly CancellationToken cancel;
    private readonly List<string> tokens = [];
    private readonly Dictionary<string, Actor> actors = [];

    public Cast(House house, CancellationToken cancel)
    {
        (sessions, this.cancel) = (house.Sessions, cancel);
        channel = GrpcChannel.ForAddress(house.Grpc, new GrpcChannelOptions { ServiceConfig = new ServiceConfig { MethodConfigs = { Patient() } } });
        Loader = Admit(new SessionRow { Id = "demo", UserId = "demo", Name = "演示数据", OrganisationId = "hq", Roles = Roles.Administrator, ScopePath = "/hq/" }, "");
    }

    /// <summary>An administrator who is no user: nobody can sign in as him.</summary>
    public Actor Loader { get; }

    public Actor this[string login] => actors[login];

    public void Enter(User user)
    {
        var staff = Ids.Of(user.Staff, "staff");
        actors[user.Login] = Admit(new SessionRow
        {
            Id = $"demo-{user.Login}",
            UserId = Ids.Of(user.Name, "users"),
            PersonId = staff,
            IsStaff = true,
            Name = user.DisplayName,
            OrganisationId = Ids.Of(user.Organisation, "organisations"),
            PartnerId = user.Partner.Length == 0 ? null : Ids.Of(user.Partner, "partners"),
            Roles = string.Join(',', user.Roles),
            ScopePath = user.ScopePath,
            AssigneeId = UserRules.Assignee(staff, user.Roles),
        }, user.Staff);
    }

    public void Dispose()
    {
        tokens.ForEach(sessions.Withdraw);
        channel.Dispose();
    }

    private Actor Admit(SessionRow row, string staff)
    {
        var token = sessions.Grant(row, Source);
        tokens.Add(token);
        return new Actor(channel.Intercept(new AsActor(token, cancel)), staff);
    }

    /// <summary>Waits and tries again where the gateway asks for patience: every call here may be made twice.</summary>
    private static MethodConfig Patient() => new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromMilliseconds(500),
            MaxBackoff = TimeSpan.FromSeconds(4),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.ResourceExhausted },
        },
    };

    private sealed class AsActor(string token, CancellationToken cancel) : Interceptor
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = new Metadata { { "authorization", $"Bearer {token}" }, { "accept-language", Errors.English } };
            var options = context.Options.WithHeaders(headers).WithCancellationToken(cancel).WithDeadline(DateTime.UtcNow + Limit);
            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options));
        }
    }
}
