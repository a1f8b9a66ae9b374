using System.Collections;
using Harbor.Processes;

namespace Harbor.Bench;

/// <summary>A temporary folder to measure in: a project root for the repository's own ./build.sh, or just files.</summary>
internal sealed class Project : IDisposable
{
    private static readonly string Repository = Find(AppContext.BaseDirectory);

    public string Root { get; } = Directory.CreateTempSubdirectory("harbor-bench-").FullName;

    public ProjectPaths Paths => new(Root);

    public string Name { get; } = $"bench{Guid.NewGuid():N}"[..12];

    public string PathOf(string file) => Path.Combine(Root, file);

    public void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), content);
    }

    /// <summary>A descriptor of the usual steps.</summary>
    public void WriteDescriptor(IEnumerable<string> services) => Write("etc/harbor.yaml", $$"""
        version: 1
        name: {{Name}}
        profiles:
          default: { services: [{{string.Join(", ", services)}}] }
        source: { rules: { autoCapabilities: false } }
        deploy:
          steps:
            - { action: compose.up, timeout: 120s }
        post_deploy:
          steps:
            - { action: health }
        destroy:
          steps:
            - { action: compose.down }
        """);

    /// <summary>The repository's own default profile, under this project's name.</summary>
    public void CopyQuickStart(int port)
    {
        foreach (var folder in new[] { "etc", "stacks" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository, folder), "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "secrets.env"))
            {
                var copy = PathOf(Path.GetRelativePath(Repository, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        Write("etc/harbor.yaml", File.ReadAllText(PathOf("etc/harbor.yaml"))
            .Replace("name: harbor-quickstart", $"name: {Name}", StringComparison.Ordinal));
        Write(".env.local", $"WEB_PORT={port}\n");
    }

    public Command Harbor(params string[] args) => InRepository(Path.Combine(Repository, "build.sh"), [$"--working={Root}", .. args]);

    public static string InRepositoryPath(string file) => Path.Combine(Repository, file);

    /// <summary>With the whole environment, as if typed.</summary>
    public static Command InRepository(string program, params IReadOnlyList<string> args) =>
        new(TestScope.New(), program, args) { WorkingDirectory = Repository, Environment = Variables };

    public Command Here(string program, params IReadOnlyList<string> args) =>
        new(TestScope.New(), program, args) { WorkingDirectory = Root, Environment = Variables };

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static Dictionary<string, string> Variables { get; } = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Harbor.slnx"))
            ? folder : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The bench runs inside the repository."));
}
