using Cake.Core;

namespace Harbor.Frosting;

/// <summary>Cake's context with the host's additions for <see cref="FrostingContext"/>.</summary>
internal sealed class HostContext(ICakeContext inner, RunOutput output, CancellationToken runToken) : CakeContextAdapter(inner)
{
    public RunOutput Output => output;

    public IConsole Console { get; } = new OutputConsole(output);

    public int SuccessCode { get; set; }

    public required string Command { get; init; }

    public required bool IsReadOnly { get; init; }

    public CancellationToken RunToken => runToken;
}
