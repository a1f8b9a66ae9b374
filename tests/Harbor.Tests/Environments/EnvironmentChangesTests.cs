using Harbor.Environments;
using Harbor.Hashing;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Tests.Environments;

public sealed class EnvironmentChangesTests : IDisposable
{
    private static readonly ProjectKey Key = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_added_changed_or_removed_is_named_with_its_place_and_no_value_is_saved()
    {
        Write("etc/sys.env", "KEPT=1\nLEVEL=1\nGONE=plain-value\n");
        Write("etc/secrets.env", "PASSWORD=hunter-22\n");
        Write("stacks/web/service.env", "LEVEL=9\n");
        var before = Saved();

        Write("etc/sys.env", "KEPT=1\nLEVEL=2\n");
        Write("etc/secrets.env", "# rotated\nPASSWORD=hunter-23\n");
        Write("stacks/web/service.env", "LEVEL=9\nNEW=1\n");
        var changes = EnvironmentChanges.Between(before, Load(), ["web"], Key);

        Assert.Equal(
            [
                new VariableChange("GONE", "removed", null, IsSecret: false, IsPending: false),
                new VariableChange("LEVEL", "changed", "etc/sys.env:2", IsSecret: false, IsPending: false),
                new VariableChange("PASSWORD", "changed", "etc/secrets.env:2", IsSecret: true, IsPending: false),
                new VariableChange("TOKEN", "changed", "etc/secrets.env", IsSecret: true, IsPending: true),
                new VariableChange("web:NEW", "added", "stacks/web/service.env:2", IsSecret: false, IsPending: false),
            ],
            changes);
        var file = File.ReadAllText(Path.Combine(_folder.Path, "var", "state", "inputs.json"));
        Assert.DoesNotContain("hunter", file);
        Assert.DoesNotContain("plain-value", file);
    }

    [Fact]
    public void A_secret_that_was_never_made_and_is_set_from_above_is_no_pending_one()
    {
        var given = StackEnvironment.Load(Request() with { Settings = ["TOKEN=given-7Xq"] });

        var changes = EnvironmentChanges.Between(Saved(), given, ["web"], Key);

        Assert.Equal([new VariableChange("TOKEN", "changed", "--set", IsSecret: true, IsPending: false)], changes);
    }

    [Fact]
    public void Without_a_change_nothing_is_named()
    {
        Write("etc/sys.env", "A=1\n");
        Write("etc/secrets.env", "PASSWORD=hunter-22\nTOKEN=1\n");

        Assert.Empty(EnvironmentChanges.Between(Saved(), Load(), ["web"], Key));
    }

    private DeployedInputs Saved()
    {
        var paths = new ProjectPaths(_folder.Path);
        var (variables, secrets) = EnvironmentChanges.Hashes(Load(), ["web"], Key);
        DeployedInputs.File(paths)
            .Write(new DeployedInputs(variables, secrets, new Dictionary<string, IReadOnlyDictionary<string, string>>(), ""));
        return DeployedInputs.File(paths).Read()!;
    }

    private StackEnvironment Load() => StackEnvironment.Load(Request());

    private EnvironmentRequest Request() => new(
        new ProjectPaths(_folder.Path),
        [
            new(LayerKind.Sys, "etc/sys.env", null, null, Optional: true, []),
            new(LayerKind.Service, null, "stacks", "service.env", Optional: true, []),
            new(LayerKind.Secrets, "etc/secrets.env", null, null, Optional: true, ["TOKEN"]),
        ])
    { Services = ["web"] };

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
