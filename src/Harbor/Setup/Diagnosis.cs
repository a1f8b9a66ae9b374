namespace Harbor.Setup;

public enum DiagnosisState
{
    Ok,

    /// <summary>Something works less well, or would fail under conditions that are not known here.</summary>
    Warning,

    /// <summary>A Deploy would fail, or a secret is exposed.</summary>
    Error,
}

/// <summary>What one check of a machine or a project found.</summary>
/// <param name="Check">What was looked at: <c>engine</c>, <c>disk</c> ...</param>
/// <param name="Text">A sentence.</param>
/// <param name="Remedy">What to type or to change; null if nothing is to be done.</param>
public sealed record Diagnosis(string Check, DiagnosisState State, string Text, string? Remedy = null)
{
    /// <summary>Applies the remedy; null where only the user may do that.</summary>
    public Action? Fix { get; init; }

    public static Diagnosis Ok(string check, string text) => new(check, DiagnosisState.Ok, text);

    public static Diagnosis Warning(string check, string text, string remedy) => new(check, DiagnosisState.Warning, text, remedy);

    public static Diagnosis Error(string check, string text, string remedy) => new(check, DiagnosisState.Error, text, remedy);
}
