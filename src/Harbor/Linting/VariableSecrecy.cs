namespace Harbor.Linting;

/// <summary>Whether a variable is a secret, judged by its name.</summary>
public static class VariableSecrecy
{
    /// <summary>Whether the name says PASSWORD, TOKEN, API_KEY and the like.</summary>
    public static bool LooksSecret(string name) => SecretNames.IsSecret(name);
}
