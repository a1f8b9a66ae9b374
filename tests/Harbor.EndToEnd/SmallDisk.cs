using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>A small file system of its own over a folder, with what was in the folder. Needs root: skips the test elsewhere.</summary>
internal sealed class SmallDisk(string folder) : IAsyncDisposable
{
    private readonly string _filler = Path.Combine(folder, "filler");

    public static async Task<SmallDisk> MountAsync(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Mounting takes root.");
        await RunAsync("cp", "--archive", folder, folder + ".copy");
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder);
        await RunAsync("cp", "--archive", folder + ".copy/.", folder);
        return new SmallDisk(folder);
    }

    public void Fill()
    {
        using var file = File.Create(_filler, bufferSize: 1);
        try
        {
            while (true)
            {
                file.Write(new byte[1024]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(_filler);

    public Task RemountAsync(string mode) => RunAsync("mount", "-o", $"remount,{mode}", folder);

    public async ValueTask DisposeAsync()
    {
        // Containers that mount files of it keep it busy: detached, it goes with them.
        await RunAsync("umount", "--lazy", folder);
        Directory.Delete(folder + ".copy", recursive: true);
    }

    private static Task<CommandResult> RunAsync(string program, params string[] args) =>
        new Command(TestScope.New(), program, args).RunAsync(CancellationToken.None);
}
