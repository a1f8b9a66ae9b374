namespace Harbor.Deployments;

/// <summary>The patterns of the public packager.</summary>
public static class PackagerDefaults
{
    /// <summary>Everything.</summary>
    public static IReadOnlyList<string> IncludeGlobs { get; } = ["**/*", "*"];

    /// <summary>What is never wanted in a build context; here at any depth.</summary>
    public static IReadOnlyList<string> ExcludeGlobs { get; } =
    [
        ".git/**", ".git", "__pycache__/**", "__pycache__", "*.pyc", ".env", ".env.*", "*.egg-info/**", ".venv/**", "venv/**",
        "node_modules/**", ".pytest_cache/**", ".mypy_cache/**", ".ruff_cache/**",
    ];
}
