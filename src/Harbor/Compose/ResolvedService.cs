using System.Globalization;
using System.Text.Json;
using Harbor.Engines;

namespace Harbor.Compose;

/// <param name="Json">All of it, as Compose printed it.</param>
/// <param name="Image">Its image's name; of a service that is built without one, the name that Compose gives it.</param>
/// <param name="Replicas">How many containers it should have.</param>
/// <param name="OneShot">It is done when it has exited with 0: so says its label <c>harbor.one-shot</c>, or another service waits for its
/// completion.</param>
/// <param name="Restart"><c>no, always, unless-stopped, on-failure[:n]</c>; empty where the files say nothing.</param>
/// <param name="DependsOn">Conditions by service: <c>service_started, service_healthy, service_completed_successfully</c>.</param>
public sealed record ResolvedService(
    string Name,
    JsonElement Json,
    string Image,
    BuildSource? Build,
    bool HasHealthCheck,
    int Replicas,
    bool OneShot,
    string Restart,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> DependsOn,
    IReadOnlyList<BindMount> Binds)
{
    internal const string OneShotLabel = "harbor.one-shot";

    private const int SeccompPrefix = 8;

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    /// <summary>Names of the top-level definitions it uses.</summary>
    public IEnumerable<string> Configs => Sources("configs");

    public IEnumerable<string> Secrets => Sources("secrets");

    public IEnumerable<string> Networks => Json.Members("networks").Select(network => network.Name);

    public IEnumerable<string> Volumes => Json.Items("volumes").Where(volume => volume.Text("type") == "volume")
        .Select(volume => volume.Text("source")).Where(name => name.Length > 0);

    /// <summary>How long its containers may take to end.</summary>
    internal TimeSpan StopGrace => Seconds(Json.Text("stop_grace_period")) is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultGrace;

    /// <summary>Services whose network, process or IPC namespace, or whose volumes it uses.</summary>
    internal IEnumerable<string> SharedWith =>
        new[] { Json.Text("network_mode"), Json.Text("pid"), Json.Text("ipc") }
            .Where(mode => mode.StartsWith("service:", StringComparison.Ordinal)).Select(mode => mode["service:".Length..])
            .Concat(Json.Items("volumes_from").Select(from => from.ToString())
                .Where(from => !from.StartsWith("container:", StringComparison.Ordinal)).Select(from => from.Split(':')[0]));

    /// <summary>Services of its <c>depends_on</c> with <c>restart: true</c>.</summary>
    internal IEnumerable<string> RestartsWith => Json.Members("depends_on")
        .Where(dependency => dependency.Value.TryGetProperty("restart", out var restart) && restart.ValueKind == JsonValueKind.True)
            .Select(dependency => dependency.Name);

    /// <summary>Files of <c>security_opt: [seccomp:FILE]</c>, as written: Compose reads them when it creates a container.</summary>
    internal IEnumerable<string> SeccompProfiles => Json.Items("security_opt").Select(option => Unescape(option.ToString()))
        .Where(option => option.StartsWith("seccomp", StringComparison.Ordinal) && option.Length > SeccompPrefix && option[7] is ':' or '=')
        .Select(option => option[SeccompPrefix..]).Where(profile => profile is not ("unconfined" or "builtin"));

    internal bool HasReloadLabel => Labels.ContainsKey(Reload.Label);

    /// <summary>Null where it has none, or one that is refused (<see cref="Compose.Reload.ThrowIfUnusable"/>).</summary>
    public Reload? Reload => Labels.TryGetValue(Compose.Reload.Label, out var label) ? Compose.Reload.Parse(Unescape(label)) : null;

    internal static ResolvedService Read(string project, JsonProperty service, bool awaited)
    {
        var json = service.Value;
        var labels = json.Members("labels").ToDictionary(label => label.Name, label => label.Value.ToString());
        return new ResolvedService(
            service.Name,
            json,
            json.Text("image") is { Length: > 0 } image ? image : $"{project}-{service.Name}",
            json.Object("build") is { } build ? BuildSource.Read(build) : null,
            json.Object("healthcheck") is { } check
            && !(check.TryGetProperty("disable", out var disable) && disable.ValueKind == JsonValueKind.True),
            Replica(json),
            awaited || labels.GetValueOrDefault(OneShotLabel) is "true",
            json.Text("restart") is { Length: > 0 } restart
            ? restart : json.Object("deploy")?.Object("restart_policy")?.Text("condition") ?? "",
            labels,
            json.Members("depends_on").ToDictionary(dependency => dependency.Name, dependency => dependency.Value.Text("condition")),
            [.. json.Items("volumes").Where(volume => volume.Text("type") == "bind").Select(volume => new BindMount(
                Unescape(volume.Text("source")),
                Unescape(volume.Text("target")),
                volume.TryGetProperty("read_only", out var readOnly) && readOnly.ValueKind == JsonValueKind.True))]);
    }

    /// <summary>Compose doubles the dollars in what it prints, so that it could be read again.</summary>
    internal static string Unescape(string text) => text.Replace("$$", "$", StringComparison.Ordinal);

    /// <summary>Of what Compose prints: <c>1m30s, 500ms, 0s</c>.</summary>
    private static double? Seconds(string duration)
    {
        double? total = null;
        for (var at = 0; at < duration.Length;)
        {
            var start = at;
            while (at < duration.Length && (char.IsAsciiDigit(duration[at]) || duration[at] == '.'))
            {
                at++;
            }

            var unit = at;
            while (at < duration.Length && !char.IsAsciiDigit(duration[at]))
            {
                at++;
            }

            if (!double.TryParse(
                duration.AsSpan(start, unit - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            total = (total ?? 0) + (number * duration[unit..at] switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, _ => 0 });
        }

        return total;
    }

    private static int Replica(JsonElement json) =>
        json.TryGetProperty("scale", out var scale) && scale.TryGetInt32(out var count) ? count
        : json.Object("deploy") is { } deploy && deploy.TryGetProperty("replicas", out var replicas)
            && int.TryParse(replicas.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out count) ? count
        : 1;

    private IEnumerable<string> Sources(string kind) => Json.Items(kind).Select(item => item.Text("source")).Where(name => name.Length > 0);
}

/// <param name="Source">Absolute path on the host.</param>
public sealed record BindMount(string Source, string Target, bool ReadOnly);

/// <param name="Context">Absolute path, or an address that the builder fetches.</param>
/// <param name="Dockerfile">Absolute path; null where it is inline or fetched.</param>
/// <param name="Inline">The text of <c>dockerfile_inline</c>.</param>
public sealed record BuildSource(JsonElement Json, string Context, string? Dockerfile, string? Inline)
{
    internal static BuildSource Read(JsonElement build)
    {
        var context = ResolvedService.Unescape(build.Text("context"));
        var file = build.Text("dockerfile") is { Length: > 0 } name ? ResolvedService.Unescape(name) : "Dockerfile";
        var inline = build.TryGetProperty("dockerfile_inline", out var text) ? ResolvedService.Unescape(text.ToString()) : null;
        var isHere = Path.IsPathRooted(context);
        return new BuildSource(build, context, inline is not null || !isHere ? null : Path.GetFullPath(file, context), inline);
    }
}
