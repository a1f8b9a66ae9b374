using Harbor.Processes;
using Harbor.Yaml;

namespace Harbor.Compose;

/// <summary>The one way to Docker Compose 2. Found with <see cref="FindAsync"/>.</summary>
/// <param name="program"><c>docker compose</c> or <c>docker-compose</c>.</param>
public sealed partial class ComposeTool(RunScope scope, IReadOnlyList<string> program, string version)
{
    /// <summary>125 and above come from docker or the shell, not from Compose.</summary>
    private const int FirstExitCodeOfDocker = 125;

    private const string ForeignNetwork = " was found but has incorrect label";

    /// <summary>Without a leading v: <c>2.26.1-4</c>.</summary>
    public string Version { get; } = version;

    /// <summary>
    /// Whether <c>up</c> recreates, with a service, all services that <c>depends_on</c> it (its setDependentLifecycle). Those that are not
    /// in the same <c>up</c> stay.
    /// </summary>
    public bool RecreatesDependents => !ComposeProgram.IsAtLeast(Version, new Version(2, 29, 4));

    /// <summary>The project as Compose understands it, everything filled in: it holds secrets and stays in memory.</summary>
    /// <param name="onLine">Called with each warning, masked.</param>
    /// <param name="describe">Makes Compose's message readable; null leaves it.</param>
    /// <exception cref="InvalidStackException">Compose refuses the files; its message is in the exception.</exception>
    /// <exception cref="CommandFailedException">Compose could not be run, or was ended.</exception>
    public async Task<ResolvedModel> ConfigAsync(
        ComposeProject project, Action<string>? onLine, Func<IReadOnlyList<string>, IReadOnlyList<string>>? describe, CancellationToken ct)
    {
        try
        {
            var switchedOn = new UpOverlay { SwitchedOn = project.SwitchedOn };
            var command = Command(project, ["config", "--format", "json"], onLine: null, switchedOn) with
            {
                OnError = onLine,
                Environment = project.ModelEnvironment(),
            };
            var result = await command.RunAsync(ct);
            return ResolvedModel.Parse(project, result.Output);
        }
        catch (CommandFailedException e) when (e.ExitCode is > 0 and < FirstExitCodeOfDocker)
        {
            throw new InvalidStackException(
                string.Join('\n', ["Compose refuses the compose files:", .. describe?.Invoke(e.ErrorTail.Split('\n')) ?? [e.ErrorTail],
                    .. e.ErrorTail.Contains("yaml: ", StringComparison.Ordinal) ? Faults(project) : []]));
        }
    }

    /// <summary>By service, the hash that Compose stamps on its containers and by which <c>up</c> keeps them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> HashesAsync(ComposeProject project, CancellationToken ct)
    {
        var command = Command(
            project, ["config", "--hash", "*"], onLine: null, new UpOverlay { SwitchedOn = project.SwitchedOn }) with
        {
            Environment = project.ModelEnvironment(),
        };
        return (await command.RunAsync(ct)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).Where(words => words.Length == 2).ToDictionary(words => words[0], words => words[1]);
    }

    /// <summary>Names the file that is not YAML: Compose names its line only.</summary>
    private static IEnumerable<string> Faults(ComposeProject project)
    {
        foreach (var file in project.Files.Where(File.Exists))
        {
            var fault = "";
            try
            {
                YamlTree.ReadCompose(File.ReadAllText(file), Path.GetRelativePath(project.Directory, file));
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
        RunAsync(
            Command(project, ["build", "--", .. services], onLine, new UpOverlay { SwitchedOn = project.SwitchedOn }),
            "building", services, ct);

    /// <summary>Pulls the images of these services, also those that are here already.</summary>
    public Task PullAsync(ComposeProject project, IReadOnlyList<string> services, Action<string>? onLine, CancellationToken ct) =>
        RunAsync(
            Command(project, ["pull", "--ignore-buildable", "--", .. services], onLine, new UpOverlay { SwitchedOn = project.SwitchedOn }),
            "pulling", services, ct);

    /// <summary>A command in a new container of the service, which is removed afterwards. What it depends on is not started.</summary>
    public Command OneOff(ComposeProject project, string service, IReadOnlyList<string> command, bool hasTerminal) => Command(
        project,
        ["run", "--rm", "--no-deps", .. hasTerminal ? (string[])[] : ["--no-TTY"], service, .. command], onLine: null, new UpOverlay());

    /// <summary>
    /// Starts what is missing, recreates what changed, and removes the project's containers whose service is in no file any more. Does not
    /// wait for health beyond what <c>depends_on</c> asks: waiting for it is not done here. Builds nothing; pulls as the files say.
    /// </summary>
    /// <param name="services">These and what they depend on; none means all.</param>
    /// <param name="overlay">A service is recreated exactly where its digest changed.</param>
    public async Task UpAsync(
        ComposeProject project, IReadOnlyList<string> services, UpOverlay overlay, Action<string>? onLine, CancellationToken ct)
    {
        var command = Command(
            project, ["up", "--detach", "--no-build", "--remove-orphans", "--", .. services], onLine,
            overlay with { SwitchedOn = project.SwitchedOn });
        try
        {
            await RunAsync(command, "", [], ct);
        }
        catch (CommandFailedException e) when (e.ErrorTail.IndexOf(ForeignNetwork, StringComparison.Ordinal) is >= 0 and var at)
        {
            var name = e.ErrorTail[..at].Split(' ', '\n')[^1];
            throw new HarborException(
                $"{e.Message}\nThat network was made by hand. Remove it, and the next Deploy creates it: docker network rm {name}", e);
        }
    }

    /// <summary>Shows the command's progress. Lines that pass quickly don't reach its listener, nor its error.</summary>
    /// <param name="services">Those that it is known to work on.</param>
    private async Task RunAsync(Command command, string doing, IReadOnlyList<string> services, CancellationToken ct)
    {
        using var progress = new ComposeProgress(scope.Activities);
        progress.Begin(services, doing);
        var listener = command.OnOutput;
        Action<string> read = line =>
        {
            progress.Read(line);
            if (!ComposeProgress.IsPassing(line))
            {
                listener?.Invoke(line);
            }
        };
        await (command with { OnOutput = read, OnError = read, IsPassing = ComposeProgress.IsPassing }).RunAsync(ct);
    }

    /// <summary>The label that carries a service's digest to the container.</summary>
    public const string DigestLabel = "harbor.digest";

    /// <summary>
    /// The program with the project's files, as a shell reads it. Profiles take the place of services that are switched on.
    /// </summary>
    public string Line(ComposeProject project)
    {
        var inputs = project.FindInputs();
        var all = project with
        {
            Profiles = [.. project.Profiles.Union(project.SwitchedOn.SelectMany(service => inputs.Profiles[service]))],
        };
        return string.Join(' ', program.Concat(all.Options(readsInput: false)).Select(ShellWords.Quote));
    }

    /// <summary>The project as one file with everything filled in, as Compose writes it.</summary>
    /// <exception cref="CommandFailedException">Compose refuses it.</exception>
    public async Task<string> WriteAsync(ComposeProject project, CancellationToken ct)
    {
        var command = Command(project, ["config"], onLine: null, new UpOverlay { SwitchedOn = project.SwitchedOn }) with
        {
            Environment = project.ModelEnvironment(),
        };
        return (await command.RunAsync(ct)).Output;
    }

    private Command Command(ComposeProject project, IEnumerable<string> arguments, Action<string>? onLine, UpOverlay overlay) =>
        new(scope, program[0],
            [.. FirstArguments(), "--ansi", "never", "--progress", "plain", .. project.Options(readsInput: !overlay.IsEmpty), .. arguments])
        {
            WorkingDirectory = project.Directory,
            Environment = project.ToolEnvironment(),
            Input = string.Join("\n---\n", new[] { project.Resolved, overlay.IsEmpty ? null : overlay.ToText() }.OfType<string>()) is
            { Length: > 0 } input ? input : null,
            OnOutput = onLine,
            OnError = onLine
        };

    /// <summary>
    /// What comes before Compose's own arguments. The folder of the docker command's settings is one, so that it is known where DOCKER_* is
    /// not.
    /// </summary>
    private IEnumerable<string> FirstArguments() =>
        program.Count > 1 && scope.Variables.GetValueOrDefault("DOCKER_CONFIG") is { Length: > 0 } folder
            ? ["--config", folder, .. program.Skip(1)]
            : program.Skip(1);
}
