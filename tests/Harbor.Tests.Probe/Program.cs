using Harbor;
using Harbor.Processes;
using Harbor.Runs;

try
{
    await (args switch
    {
        ["hold", var root, var id] => Hold(root, id, null),
        ["wait", var root, var id] => Hold(root, id, TimeSpan.FromSeconds(20)),
        ["work", var root, var id, .. var command] => Work(root, id, command),
        ["harden"] => Harden(),
        _ => throw new InvalidStackException($"Unknown: {string.Join(' ', args)}"),
    });
    return 0;
}
catch (HarborException e)
{
    Console.WriteLine(e.Message);
    return 1;
}

// Holds the lock until standard input ends.
static async Task Hold(string root, string id, TimeSpan? wait)
{
    using var held = await Lock(root, id, wait);
    Console.WriteLine("locked");
    Console.In.ReadToEnd();
}

// Runs a command with the lock held, as a deployment does; its first line of output is passed on.
static async Task Work(string root, string id, string[] command)
{
    using var held = await Lock(root, id, null);
    await new Command(TestScope.Named(id), command[0], command[1..]) { OnOutput = Console.WriteLine }.RunAsync(CancellationToken.None);
}

static Task<RunLock> Lock(string root, string id, TimeSpan? wait) =>
    RunLock.AcquireAsync(TestScope.Named(id), new ProjectPaths(root), "Deploy", wait, Console.WriteLine, CancellationToken.None);

static async Task Harden()
{
    ProcessHardening.Apply();
    var child = await new Command(TestScope.New(), "sh", "-c",
        "ulimit -S -c; ulimit -H -c; readlink /proc/self/exe >/dev/null && echo readable").RunAsync(CancellationToken.None);
    var limit = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max core file size", StringComparison.Ordinal));
    Console.WriteLine(limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]);
    Console.WriteLine(child.Output.Trim());
    Console.Out.Flush();
    Console.In.ReadToEnd();
}
