using Harbor.Masking;
using Harbor.Processes;

namespace Harbor.Server.Commands;

/// <summary>
/// The program <c>harbor-fake-llm</c> as the provider of one <c>evaluate</c> or <c>optimize</c>: it plays a script that solves the tasks
/// and writes instructions, so that all else can be tried without an account anywhere.
/// </summary>
internal sealed class FakeLlmProgram : IAsyncDisposable
{
    public const string Name = "fake";
    public const string Model = "fake-1";
    private const string Announcement = "Fake endpoint listening on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _ends = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-fake-").FullName;
    private readonly Task _running;
    private readonly TaskCompletionSource<string> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeLlmProgram(string program, string tasks)
    {
        var scope = new RunScope(Path.GetFileName(_folder), RunScope.ProcessVariables(), new Redaction(), TimeProvider.System);
        var dotnet = scope.FindProgram("dotnet") ?? Environment.ProcessPath!;
        var command = scope.Command(dotnet, program, "http://127.0.0.1:0", tasks) with
        {
            OnOutput = line =>
            {
                if (line.StartsWith(Announcement, StringComparison.Ordinal))
                {
                    _url.TrySetResult(line[Announcement.Length..].Trim());
                }
            },
        };
        _running = command.RunAsync(_ends.Token);
    }

    /// <summary>With the version.</summary>
    public string BaseUrl { get; private set; } = "";

    /// <summary>What takes the place of the data folder's <c>providers.yaml</c>.</summary>
    public string ProvidersFile => Path.Combine(_folder, "providers.yaml");

    /// <param name="program">Its DLL.</param>
    /// <param name="tasks">Folder of the tasks and their solutions.</param>
    public static async Task<FakeLlmProgram> StartAsync(string program, string tasks, CancellationToken ct)
    {
        var fake = new FakeLlmProgram(program, tasks);
        try
        {
            await Task.WhenAny(fake._url.Task, fake._running).WaitAsync(Patience, ct);
            var url = fake._url.Task.IsCompleted ? await fake._url.Task
                : throw new HarborException($"{program} ended before it listened.", fake._running.Exception?.GetBaseException());
            fake.BaseUrl = $"{url}/v1";
            var key = Path.Combine(fake._folder, "key");
            await File.WriteAllTextAsync(key, "none", ct);
            await File.WriteAllTextAsync(fake.ProvidersFile, $$"""
                providers:
                  {{Name}}:
                    kind: openai
                    base_url: {{fake.BaseUrl}}
                    key: file:{{key}}
                    wires: [chat/completions, responses, messages]
                    model_prefixes: [fake]
                    prices:
                      {{Model}}: {input: 2.5, cached: 0.25, output: 10}
                """, ct);
            return fake;
        }
        catch
        {
            await fake.DisposeAsync();
            throw;
        }
    }

    /// <returns>Null: another provider is wanted, or none.</returns>
    public static async Task<FakeLlmProgram?> StartAsync(string? provider, string? program, string tasks, CancellationToken ct) =>
        provider != Name ? null
        : program is null ? throw new UsageException(
            "The provider 'fake' is for ./build.sh --target=Evaluate and --target=Optimize, which compile it.")
        : await StartAsync(program, tasks, ct);

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await Task.WhenAny(_running);
        _ends.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
