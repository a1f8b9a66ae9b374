using Harbor.Descriptors;
using Harbor.Hooks;
using Harbor.Tests.Journal;

namespace Harbor.Tests.Hooks;

public sealed class AllowedHooksTests : IDisposable
{
    private readonly Project _project = new();
    private readonly PlannedHook _hook =
        new(new Hook(Location.Default, HookPoint.PreDeploy, "notify", HookType.Shell) { Path = "etc/notify" }, null);

    public void Dispose() => _project.Dispose();

    private string Folder => Path.Combine(_project.Root, "data", "allowed");

    private AllowedHooks Allowed => new(_project.Paths, Folder);

    [Fact]
    public void Only_the_text_allowed_last_is_allowed()
    {
        Assert.Equal(Consent.NeverGiven, Allowed.ConsentFor(_hook, "one"u8));

        Allowed.Allow(_hook, "one"u8);
        Assert.Equal(Consent.Given, Allowed.ConsentFor(_hook, "one"u8));
        Assert.Equal(Consent.Changed, Allowed.ConsentFor(_hook, "one\n"u8));

        Allowed.Allow(_hook, "two"u8);
        Assert.Equal(Consent.Changed, Allowed.ConsentFor(_hook, "one"u8));
    }

    [Fact]
    public void The_same_text_in_another_project_at_another_point_or_from_another_file_is_not_allowed_with_it()
    {
        Allowed.Allow(_hook, "one"u8);

        Assert.Equal(Consent.NeverGiven, new AllowedHooks(new ProjectPaths(_project.Root + "2"), Folder).ConsentFor(_hook, "one"u8));
        Assert.Equal(
            Consent.NeverGiven, Allowed.ConsentFor(_hook with { Hook = _hook.Hook with { Point = HookPoint.PostDeploy } }, "one"u8));
        Assert.Equal(Consent.NeverGiven, Allowed.ConsentFor(_hook with { Service = "web" }, "one"u8));
        Assert.Equal(Consent.Changed, Allowed.ConsentFor(_hook with { Hook = _hook.Hook with { Path = "etc/other" } }, "one"u8));
    }

    [Fact]
    public void What_is_allowed_is_written_where_only_the_user_can()
    {
        Allowed.Allow(_hook, "one"u8);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Folder))));
        Assert.Equal("/x/harbor/allowed", AllowedHooks.FindFolder(new Dictionary<string, string> { ["XDG_DATA_HOME"] = "/x" }));
        Assert.EndsWith(
            "/.local/share/harbor/allowed", AllowedHooks.FindFolder(new Dictionary<string, string> { ["XDG_DATA_HOME"] = "etc" }));
    }
}
