namespace Harbor.Server.Sandboxes;

/// <summary>Why a rollout has no reward, or not a whole one. Only what the platform failed is tried again.</summary>
public static class FailureKinds
{
    public const string RunnerError = "runner_error";
    public const string NoResult = "no_result";
    public const string InvalidResult = "invalid_result";
    public const string Timeout = "timeout";
    public const string Oom = "oom";
    public const string DiskFull = "disk_full";
    public const string OutputTooLarge = "output_too_large";
    public const string VerifierError = "verifier_error";
    public const string BudgetExceeded = "budget_exceeded";
    public const string ProviderError = "provider_error";
    public const string ImageMissing = "image_missing";
    public const string SandboxStart = "sandbox_start";
    public const string EngineLost = "engine_lost";
    public const string WorkerLost = "worker_lost";
    public const string Internal = "internal";

    public static readonly IReadOnlyList<string> Infra = [ProviderError, ImageMissing, SandboxStart, EngineLost, WorkerLost, Internal];

    public static bool IsInfra(string? kind) => kind is not null && Infra.Contains(kind);
}
