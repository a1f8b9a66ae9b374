using Harbor.Processes;
using Harbor.Templates;
using static Harbor.Tests.Templates.TemplateProject;

namespace Harbor.Tests.Templates;

public sealed class TreeSwapCrashTests : IDisposable
{
    private readonly TemplateProject _project = new();

    public void Dispose() => _project.Dispose();

    /// <summary>Ends the swap before its first step, its second and so on, and starts again: nothing in between is ever left.</summary>
    [Fact]
    public void A_kill_at_any_step_leaves_the_old_tree_or_the_new_one()
    {
        const string Old = "web/config/a: 1\nweb/config/d/x: 1\nweb/config/keep: same\nweb/config/old: 1";
        const string New = "web/config/a: 2\nweb/config/d: 2\nweb/config/keep: same\nweb/config/new/b: 2";
        var seen = new List<string>();
        for (var step = 0; ; step++)
        {
            using var project = new TemplateProject();
            project.Swap.Apply(Tree(("a", "1"), ("d/x", "1"), ("keep", "same"), ("old", "1")), "first");
            var left = step;
            var swap = new TreeSwap(
                project.Folder.Paths)
            { BeforeStep = name => { if (left-- == 0) { seen.Add(name); throw new KilledException(); } } };
            try
            {
                swap.Apply(Tree(("a", "2"), ("d", "2"), ("keep", "same"), ("new/b", "2")), "second");
                Assert.Equal(New, project.Output());
                break;
            }
            catch (KilledException)
            {
                var committed = File.Exists(SwapJournal.Location(project.Folder.Paths)) || seen[^1] == "clean";
                project.Swap.Recover();

                Assert.Equal(committed ? New : Old, project.Output());
                Assert.True(project.Swap.IsCurrent(committed ? "second" : "first"));
                Assert.Equal(["rendered"], Directory.EnumerateFileSystemEntries(project.Folder["var/state"]).Select(Path.GetFileName));
                Assert.False(Directory.Exists(project.Folder["var/run/.staged"]));
            }
        }

        Assert.Equal(
            ["stage 0", "stage 1", "stage 3", "journal", "drop web/config/d/x", "drop web/config/old",
            "move 0", "move 1", "move 3", "manifest", "forget", "clean"], seen);
    }

    [Fact]
    public void A_recovery_that_is_killed_as_well_is_finished_by_the_next()
    {
        for (var step = 0; step < 7; step++)
        {
            using var project = new TemplateProject();
            project.Swap.Apply(Tree(("a", "1"), ("old", "1")), "first");
            Assert.Throws<KilledException>(() => Killed(project, "drop web/config/old").Apply(Tree(("a", "2"), ("b", "2")), "second"));
            var left = step;
            try
            {
                new TreeSwap(project.Folder.Paths) { BeforeStep = _ => { if (left-- == 0) { throw new KilledException(); } } }.Recover();
            }
            catch (KilledException)
            {
                project.Swap.Recover();
            }

            Assert.Equal("web/config/a: 2\nweb/config/b: 2", project.Output());
        }
    }

    [Fact]
    public void A_journal_that_is_none_decides_nothing()
    {
        _project.Swap.Apply(Tree(("a", "1")), "first");
        _project.Folder.Write("var/state/prepare.journal", "harbor-swap 1\nmove 0\ndrop web/config/a\n");

        _project.Swap.Recover();

        Assert.Equal("web/config/a: 1", _project.Output());
        Assert.False(File.Exists(_project.Folder["var/state/prepare.journal"]));
    }

    [Fact]
    public void A_link_that_appears_between_check_and_write_gets_nothing()
    {
        using var outside = new TemporaryFolder();
        _project.Swap.Apply(Tree(("sub/a", "1")), "first");
        var swap = new TreeSwap(_project.Folder.Paths)
        {
            BeforeStep = name =>
            {
                if (name == "move 0")
                {
                    Directory.Delete(_project.Folder["var/run/web/config/sub"], recursive: true);
                    Directory.CreateSymbolicLink(_project.Folder["var/run/web/config/sub"], outside.Path);
                }
            },
        };

        Assert.Contains("became a symbolic link", Assert.Throws<HarborException>(() => swap.Apply(Tree(("sub/a", "2")), "second")).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_files_and_a_clear_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a small disk takes root.");
        var run = Directory.CreateDirectory(_project.Folder["var/run"]).FullName;
        await new Command(TestScope.New(), "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", run).RunAsync(CancellationToken.None);
        try
        {
            _project.Swap.Apply(Tree(("a", "old")), "first");

            var error = Assert.Throws<HarborException>(
                () => _project.Swap.Apply(Tree(("a", "new"), ("b", new string('x', 100_000))), "second"));

            Assert.StartsWith("var/run could not be written: ", error.Message);
            Assert.Equal("web/config/a: old", _project.Output());
            Assert.True(_project.Swap.IsCurrent("first"));
            Assert.Equal(("web/config/b", "web/config/a", ""), Lists(_project.Swap.Apply(Tree(("a", "new"), ("b", "small")), "third")));
        }
        finally
        {
            await new Command(TestScope.New(), "umount", run).RunAsync(CancellationToken.None);
        }
    }

    [Fact]
    public void A_state_folder_that_cannot_be_written_leaves_the_old_files()
    {
        _project.Swap.Apply(Tree(("a", "old")), "first");
        Directory.Delete(_project.Folder["var/state"], recursive: true);
        _project.Folder.Write("var/state", "a file where the folder should be");

        Assert.Throws<HarborException>(() => _project.Swap.Apply(Tree(("a", "new")), "second"));

        Assert.Equal("old", File.ReadAllText(_project.Folder["var/run/web/config/a"]));
    }

    [Fact]
    public void Folders_nested_without_end_where_Harbor_stages_are_a_clear_error()
    {
        _project.Swap.Apply(Tree(("a", "1")), "first");
        var deep = _project.Folder["var/run/.staged"];
        Directory.CreateDirectory(Path.Combine(deep, string.Join('/', Enumerable.Repeat("d", 150))));

        var error = Assert.Throws<HarborException>(() => _project.Swap.Apply(Tree(("a", "2")), "second"));

        Assert.Contains("nested too deeply. Remove it by hand.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/proc/", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", File.ReadAllText(_project.Folder["var/run/web/config/a"]));
    }

    [Fact]
    public void A_file_that_someone_puts_in_the_way_while_Harbor_writes_is_left_and_told()
    {
        _project.Swap.Apply(Tree(("b", "1")), "first");
        var swap = new TreeSwap(_project.Folder.Paths)
        {
            BeforeStep = name =>
            {
                if (name == "move 0")
                {
                    _project.Folder.Write("var/run/web/config/a/his", "his");
                }
            },
        };

        Assert.Throws<HarborException>(() => swap.Apply(Tree(("a", "2"), ("b", "1")), "second"));
        Assert.Equal("his", File.ReadAllText(_project.Folder["var/run/web/config/a/his"]));
    }

    private static TreeSwap Killed(TemplateProject project, string step) =>
        new(project.Folder.Paths) { BeforeStep = name => { if (name == step) { throw new KilledException(); } } };

    private sealed class KilledException : Exception;
}
