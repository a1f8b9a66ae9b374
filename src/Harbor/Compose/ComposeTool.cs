using System.Text;
using System.Text.Json;
using Harbor.Composition;
using Harbor.Environments;
using Harbor.Processes;

namespace Harbor.Compose;

/// <summary>The one way to Docker Compose 2. Found with <see cref="FindAsync(string?, CancellationToken)"/>.</summary>
/// <param name="program"><c>docker compose</c> or <c>docker-compose</c>.</param>
public sealed partial class ComposeTool(IReadOnlyList<string> program, string version)
{
    /// <summary>From here on exit codes are the docker command's own, and those of what was not found or was killed.</summary>
    private const int NotCompose = 125;

    private const string ForeignNetwork = " was found but has incorrect label";

    /// <summary>Without a leading v: <c>2.26.1-4</c>.</summary>
    public string Version { get; } = version;

    /// <summary>
    /// Whether <c>up</c> makes anew, with a service, all that <c>depends_on</c> it (its setDependentLifecycle); what is not in the same <c>up</c> stays.
    /// </summary>
    public bool DragsDependents => !ComposeVersion.IsAtLeast(Version, new Version(2, 29, 4));

    /// <summary>The project as Compose understands it, everything filled in: it holds secrets and stays in memory.</summary>
    /// <param name="onLine">Called with each warning, masked.</param>
    /// <exception cref="InvalidStackException">Compose refuses the files; its message is in the exception.</exception>
    /// <exception cref="CommandFailedException">Compose could not be run, or was ended.</exception>
    public async Task<ResolvedModel> ConfigAsync(ComposeProject project, Action<string>? onLine, CancellationToken ct)
    {
        try
        {
            var result = await (Command(project, ["config", "--format", "json"], onLine: null) with { OnError = onLine }).RunAsync(ct);
            return ResolvedModel.Parse(project, result.Output);
        }
        catch (CommandFailedException e) when (e.ExitCode is > 0 and < NotCompose)
        {
            throw new InvalidStackException(string.Join('\n', ["Compose refuses the compose files:", e.ErrorTail, .. e.ErrorTail.Contains("yaml: ", StringComparison.Ordinal) ? Faults(project) : []]));
        }
    }

    /// <summary>Which file it is that is no YAML: Compose names its line only.</summary>
    private static IEnumerable<string> Faults(ComposeProject project)
    {
        foreach (var file in project.Files.Where(File.Exists))
        {
            var fault = "";
            try
            {
                ComposeReads.Check(Path.GetRelativePath(project.Directory, file), File.ReadAllText(file));
            }
            catch (InvalidStackException e)
            {
                fault = e.Message;
            }

            if (fault.Length > 0)
            {
                yield return fault;
            }
        }
    }

    /// <summary>Builds the images of these services.</summary>
    public Task BuildAsync(ComposeProject project, IReadOnlyList<string> services, Action<string>? onLine, CancellationToken ct) =>
        Command(project, ["build", "--", .. services], onLine).RunAsync(ct);

    /// <summary>
    /// Starts what is missing, recreates what changed, and removes the project's containers that are in no file any more. Does not wait for health
    /// beyond what <c>depends_on</c> asks: that is <see cref="Readiness"/>. Builds nothing; pulls as the files say.
    /// </summary>
    /// <param name="services">These and what they depend on; none means all.</param>
    /// <param name="digests">By service, stamped as the label <see cref="DigestLabel"/>: a service is recreated exactly where its digest changed.</param>
    public async Task UpAsync(ComposeProject project, IReadOnlyList<string> services, IReadOnlyDictionary<string, string> digests, Action<string>? onLine, CancellationToken ct)
    {
        var stamped = project with { Files = digests.Count == 0 ? project.Files : [.. project.Files, "-"] };
        var command = Command(stamped, ["up", "--detach", "--no-build", "--remove-orphans", "--quiet-pull", "--", .. services], onLine);
        try
        {
            await (command with { Input = digests.Count == 0 ? null : Overlay(digests) }).RunAsync(ct);
        }
        catch (CommandFailedException e) when (e.ErrorTail.IndexOf(ForeignNetwork, StringComparison.Ordinal) is >= 0 and var at)
        {
            var name = e.ErrorTail[..at].Split(' ', '\n')[^1];
            throw new DeploymentException($"{e.Message}\nThat network was made by hand. Deploy makes it anew once it is gone: docker network rm {name}", e);
        }
    }

    /// <summary>Removes the project's containers and networks, and its named volumes if asked to. Needs no file; what is gone already is fine.</summary>
    public Task DownAsync(string projectName, bool volumes, Action<string>? onLine, CancellationToken ct) =>
        ByName(projectName, volumes ? ["down", "--remove-orphans", "--volumes"] : ["down", "--remove-orphans"], onLine).RunAsync(ct);

    /// <summary>The label that carries <see cref="ServiceDigests"/> to the container.</summary>
    public const string DigestLabel = "harbor.digest";

    private static string Overlay(IReadOnlyDictionary<string, string> digests)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("services");
            foreach (var (service, digest) in digests)
            {
                json.WriteStartObject(service);
                json.WriteStartObject("labels");
                json.WriteString(DigestLabel, digest);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private Command Command(ComposeProject project, IEnumerable<string> arguments, Action<string>? onLine) =>
        Compose([.. project.Options(), .. arguments], onLine) with
        {
            WorkingDirectory = project.Directory,
            Environment = project.Environment(),
            Redaction = project.Redaction,
        };

    private Command ByName(string projectName, IEnumerable<string> arguments, Action<string>? onLine) =>
        Compose(["--project-name", projectName, .. arguments], onLine);

    private Command Compose(IEnumerable<string> arguments, Action<string>? onLine) =>
        new(program[0], [.. program.Skip(1), "--ansi", "never", "--progress", "plain", .. arguments]) { OnOutput = onLine, OnError = onLine };
}
