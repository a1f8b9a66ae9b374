namespace Harbor.Frosting;

/// <summary>How a program wants its output, decided once the command line is known.</summary>
public sealed record OutputOptions
{
    /// <summary>Everything printed passes through, one or more whole lines at a time; for masking secrets.</summary>
    public Func<string, string> Filter { get; init; } = text => text;

    /// <summary>Leaves standard output to <see cref="FrostingContext.WriteDocument"/>.</summary>
    public bool HumanToStandardError { get; init; }

    /// <summary>Colours. By default where standard output is a terminal and NO_COLOR is not set.</summary>
    public bool Ansi { get; init; } = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
