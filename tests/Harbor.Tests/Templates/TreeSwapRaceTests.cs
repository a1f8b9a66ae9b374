using System.Diagnostics;
using System.Runtime.InteropServices;
using Harbor.Templates;
using static Harbor.Tests.Templates.TemplateProject;

namespace Harbor.Tests.Templates;

/// <summary>
/// Somebody who may write to var/run (a container that has it mounted, a hook) changes a folder for a link and back, as fast as he can,
/// while Harbor writes there.
/// </summary>
public sealed partial class TreeSwapRaceTests : IDisposable
{
    private const int AtCurrentFolder = -100;
    private const uint Exchange = 2;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);
    private readonly TemplateProject _project = new();
    private readonly TemporaryFolder _outside = new();

    public void Dispose()
    {
        _project.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public async Task Nothing_is_written_or_removed_through_a_folder_that_becomes_a_link()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Exchanging two names in one step is Linux'.");
        _outside.Write("sub/old", "of others");
        var (folder, link) = (_project.Folder["var/run/web/config/sub"], _project.Folder["var/run/web/config/link"]);
        _project.Swap.Apply(Tree(("sub/a", "0"), ("sub/old", "0")), "first");
        Directory.CreateSymbolicLink(link, _outside["sub"]);
        using var end = new CancellationTokenSource();
        var exchanging = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                _ = RenameAt2(AtCurrentFolder, folder, AtCurrentFolder, link, Exchange);
                Thread.SpinWait(Random.Shared.Next(5_000)); // Else it is seldom the folder at both looks, and Harbor seldom gets to write.
            }
        });
        var (written, refused) = (0, 0);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Time;)
        {
            try
            {
                var round = written + refused;
                new TreeSwap(_project.Folder.Paths)
                    .Apply(round % 2 == 0
                    ? Tree(("sub/a", $"{round}"), ("sub/b", "x")) : Tree(("sub/a", $"{round}"), ("sub/old", "x")), $"{round}");
                written++;
            }
            catch (Exception e) when (e is InvalidStackException or HarborException)
            {
                refused++;
            }
        }

        await end.CancelAsync();
        await exchanging;
        TestContext.Current.TestOutputHelper!.WriteLine($"{written} times written, {refused} times refused");
        Assert.True(refused > 0, "It never met the link.");
        Assert.True(written > 0, "It never met the folder.");
        Assert.Equal(["old"], Directory.EnumerateFileSystemEntries(_outside["sub"]).Select(Path.GetFileName));
        Assert.Equal("of others", File.ReadAllText(_outside["sub/old"]));
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
}
