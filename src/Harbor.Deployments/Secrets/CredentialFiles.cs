using System.Text.RegularExpressions;
using Harbor.Linting;

namespace Harbor.Deployments;

/// <summary>Files in which programs keep logins and keys, known by their place.</summary>
internal static partial class CredentialFiles
{
    private static readonly string[] KeyNames = ["id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];
    private static readonly string[] KeyExtensions = [".p12", ".pfx", ".jks", ".ppk"];

    public static IEnumerable<(int Line, string Rule)> Find(LintText file)
    {
        if (file.Text.Length == 0)
        {
            yield break;
        }

        if (KeyNames.Contains(file.Name) || KeyExtensions.Contains(Path.GetExtension(file.Name).ToLowerInvariant()))
        {
            yield return (1, "private-key-file");
        }

        if (Rule(file) is { } rule)
        {
            foreach (Match match in rule.Regex.Matches(file.Text))
            {
                yield return (file.LineOf(match.Index), rule.Name);
            }
        }
    }

    private static (string Name, Regex Regex)? Rule(LintText file) => file.Name switch
    {
        ".netrc" or "_netrc" => ("netrc", NetrcPassword()),
        ".pypirc" => ("pypirc", PyPiPassword()),
        ".npmrc" => ("npmrc-token", NpmToken()),
        ".git-credentials" => ("git-credentials", UrlPassword()),
        ".dockercfg" or ".dockerconfigjson" => ("docker-auths", DockerAuth()),
        "config.json" when IsIn(file, ".docker") => ("docker-auths", DockerAuth()),
        "credentials" when IsIn(file, ".aws") => ("aws-credentials", AwsSecret()),
        _ => null,
    };

    private static bool IsIn(LintText file, string folder) =>
        file.Path == $"{folder}/{file.Name}" || file.Path.EndsWith($"/{folder}/{file.Name}", StringComparison.Ordinal);

    [GeneratedRegex(@"\bpassword\s+\S+", RegexOptions.CultureInvariant)]
    private static partial Regex NetrcPassword();

    [GeneratedRegex(@"^\s*password\s*[=:]\s*[^\s$]", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex PyPiPassword();

    /// <remarks>A value like ${NPM_TOKEN} is taken from the environment.</remarks>
    [GeneratedRegex(@"^[^#;\n]*(?:_authToken|_auth|_password)\s*=\s*(?!""?\$\{)\S", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex NpmToken();

    [GeneratedRegex(@"://[^\s/:@]+:[^\s/@]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"""(?:auth|identitytoken|registrytoken)""\s*:\s*""[^""]+""", RegexOptions.CultureInvariant)]
    private static partial Regex DockerAuth();

    [GeneratedRegex(@"^\s*aws_(?:secret_access_key|session_token)\s*=\s*\S", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex AwsSecret();
}
