using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>The rules of a build spec, for the SDK and for the server. The texts are part of the contract.</summary>
internal static class SpecRules
{
    private const int LongestName = 128;
    private const int LongestDescription = 2000;
    private const int LongestValue = 32 * 1024;
    private const int LargestMetadata = 64 * 1024;
    private const int LongestHost = 253;
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly string[] KeyNames =
    [
        "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AZURE_OPENAI_API_KEY", "GOOGLE_API_KEY", "COHERE_API_KEY", "HUGGINGFACE_API_KEY",
        "SYNTH_API_KEY", "HARBOR_API_KEY", "HARBOR_LLM_KEY",
    ];

    private static readonly string[] NetworkNames = [Networks.None, Networks.Inference, Networks.Allowlist, Networks.Full];

    public static IEnumerable<FieldError> Check(CreateDeploymentRequest request) =>
    [
        .. Name(request.Name),
        .. Entrypoint(request),
        .. Description(request.Description),
        .. EnvVars(request.EnvVars),
        .. Check(request.Limits),
        .. Metadata(request.Metadata),
        .. Network(request),
        .. Verify(request),
    ];

    public static IEnumerable<FieldError> Check(HarborLimits limits)
    {
        foreach (var unknown in limits.Unknown?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            yield return new($"limits.{unknown}", $"unknown limit '{unknown}'; known are {string.Join(", ", HarborLimits.Names)}");
        }

        (string Name, long Value, long Least, long Most)[] all =
        [
            ("timeout_s", limits.TimeoutS, 30, 3600), ("cpu_cores", limits.CpuCores, 1, 8),
            ("memory_mb", limits.MemoryMb, 512, 32768), ("disk_mb", limits.DiskMb, 1024, 102400),
        ];
        foreach (var (name, value, least, most) in all.Where(limit => limit.Value < limit.Least || limit.Value > limit.Most))
        {
            yield return new($"limits.{name}", $"{name} must be {least}-{most} (got {value})");
        }
    }

    public static IEnumerable<FieldError> Check(HarborBuildSpec spec) =>
        [.. Files(spec), .. Check(spec.ToRequest(dockerfile: null)), .. VerifyFolder(spec)];

    private static IEnumerable<FieldError> Name(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > LongestName)
        {
            yield return new("name", "name must be 1-128 characters");
        }
        else if (name.AsSpan().ContainsAnyExcept(NameCharacters) || !char.IsAsciiLetterOrDigit(name[0])
            || Guid.TryParseExact(name, "D", out _) || Guid.TryParseExact(name, "N", out _))
        {
            yield return new("name", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID");
        }
    }

    private static IEnumerable<FieldError> Files(HarborBuildSpec spec)
    {
        if (File.Exists(spec.ContextDir))
        {
            yield return new("context_dir", $"context_dir must be a directory: {spec.ContextDir}");
        }
        else if (!Directory.Exists(spec.ContextDir))
        {
            yield return new("context_dir", $"Context directory not found: {spec.ContextDir}");
        }

        if (spec.FindDockerfile() is null)
        {
            var inContext = Path.Combine(spec.ContextDir, spec.DockerfilePath);
            yield return new("dockerfile_path", $"Dockerfile not found: {spec.DockerfilePath} (also checked: {inContext})");
        }
    }

    private static IEnumerable<FieldError> Entrypoint(CreateDeploymentRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Entrypoint))
        {
            yield return new("entrypoint", "entrypoint must not be empty");
        }

        if (EntrypointModes.Read(request.EntrypointMode, request.Metadata) is null)
        {
            yield return new("entrypoint_mode", "entrypoint_mode must be 'file', 'stdio' or 'http'");
        }

        if (request.Port is < 1 or > 65535)
        {
            yield return new("port", $"port must be 1-65535 (got {request.Port})");
        }
    }

    private static IEnumerable<FieldError> Description(string? description)
    {
        if (description?.Length > LongestDescription)
        {
            yield return new("description", $"description must be at most 2,000 characters (got {description.Length})");
        }
    }

    private static IEnumerable<FieldError> EnvVars(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            var loc = $"env_vars.{name}";
            if (!IsVariable(name))
            {
                yield return new(loc, $"env_vars names must match [A-Za-z_][A-Za-z0-9_]* (found: {name})");
            }
            else if (KeyNames.Any(key => name.Contains(key, StringComparison.OrdinalIgnoreCase)))
            {
                yield return new(loc, $"env_vars cannot contain LLM API keys (found: {name}). " +
                    "API keys are injected automatically via the interceptor.");
            }

            if (value is null || Encoding.UTF8.GetByteCount(value) > LongestValue || value.Contains('\0'))
            {
                yield return new(loc, $"env_vars values must be text of at most 32 KiB without NUL (variable: {name})");
            }
        }
    }

    private static bool IsVariable(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static IEnumerable<FieldError> Metadata(JsonObject metadata)
    {
        if (Encoding.UTF8.GetByteCount(metadata.ToJsonString()) is > LargestMetadata and var bytes)
        {
            yield return new("metadata", $"metadata must be at most 64 KiB as JSON (got {bytes} bytes)");
        }
    }

    private static IEnumerable<FieldError> Network(CreateDeploymentRequest request)
    {
        if (request.Network is not null && !NetworkNames.Contains(request.Network))
        {
            yield return new("network", $"network must be one of {string.Join(", ", NetworkNames)} (got '{request.Network}')");
        }

        if (request.Network == Networks.None && EntrypointModes.Read(request.EntrypointMode, request.Metadata) == EntrypointModes.Http)
        {
            yield return new("network", "http mode needs a network");
        }

        if (request.AllowedHosts is { Count: > 0 } hosts)
        {
            if (request.Network != Networks.Allowlist && request.VerifyNetwork != Networks.Allowlist)
            {
                yield return new("allowed_hosts", "allowed_hosts needs network 'allowlist'");
            }

            foreach (var host in hosts.Where(host => !IsHost(host)))
            {
                yield return new("allowed_hosts", $"allowed_hosts may hold host names and '*.domain' (got '{host}')");
            }
        }
    }

    private static bool IsHost(string? host)
    {
        var name = host?.StartsWith("*.", StringComparison.Ordinal) == true ? host[2..] : host;
        return name is { Length: > 0 and <= LongestHost } && name.Split('.').All(label => label.Length is > 0 and <= 63
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-');
    }

    private static IEnumerable<FieldError> Verify(CreateDeploymentRequest request)
    {
        if (request.VerifyDir is { } folder)
        {
            if (request.VerifyCommand is null)
            {
                yield return new("verify_dir", "verify_dir needs a verify_command");
            }

            if (folder.StartsWith('/') || folder.Contains('\\') || folder.Split('/').Any(part => part is "" or "." or ".."))
            {
                yield return new("verify_dir", $"verify_dir must be a folder in the context, relative to it (got '{folder}')");
            }
        }

        if (request.VerifyTimeoutS is < 1 or > 3600)
        {
            yield return new("verify_timeout_s", $"verify_timeout_s must be 1-3600 (got {request.VerifyTimeoutS})");
        }

        if (request.VerifyNetwork is not null && !NetworkNames.Contains(request.VerifyNetwork))
        {
            yield return new("verify_network",
                $"verify_network must be one of {string.Join(", ", NetworkNames)} (got '{request.VerifyNetwork}')");
        }
    }

    private static IEnumerable<FieldError> VerifyFolder(HarborBuildSpec spec)
    {
        if (spec.VerifyDir is { } folder && Directory.Exists(spec.ContextDir) && !Directory.Exists(Path.Combine(spec.ContextDir, folder)))
        {
            yield return new("verify_dir", $"verify_dir not found: {Path.Combine(spec.ContextDir, folder)}");
        }
    }
}
