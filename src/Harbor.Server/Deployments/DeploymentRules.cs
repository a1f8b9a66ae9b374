using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Keys;
using Harbor.Server.Relays;

namespace Harbor.Server.Deployments;

/// <summary>What this server asks of a spec beyond the rules that the SDK checks too.</summary>
internal static class DeploymentRules
{
    public static IEnumerable<FieldError> Check(CreateDeploymentRequest request, Caller caller)
    {
        foreach (var error in request.Validate())
        {
            yield return error;
        }

        foreach (var (loc, network) in new[] { ("network", request.Network), ("verify_network", request.VerifyNetwork) })
        {
            if (Network(loc, network, caller) is { } error)
            {
                yield return error;
            }
        }

        var mode = EntrypointModes.Read(request.EntrypointMode, request.Metadata);
        if (mode == EntrypointModes.Http && request.Network != Networks.Full && request.Port is Relay.ModelPort or Relay.ProxyPort)
        {
            yield return new FieldError("port",
                $"port must not be {Relay.ModelPort} or {Relay.ProxyPort}, which the relay of the sandbox has");
        }

        if (request.ContextDigest is { } digest && !ContextStore.IsDigest(digest))
        {
            yield return new FieldError("context_digest", "context_digest must be sha256: and 64 hexadecimal digits");
        }
    }

    public static FieldError? Network(string loc, string? network, Caller caller) => network switch
    {
        Networks.Full when !caller.AllowsFullNetwork => new FieldError(loc,
            $"{loc} 'full' is not allowed for this organisation; the server's owner allows it by "
                + "keys create --organisation O --allow-full-network"),
        _ => null,
    };
}
