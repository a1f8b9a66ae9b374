using Harbor.Environments;
using Harbor.Masking;
using Harbor.Tests.Secrets.Sops;

namespace Harbor.Tests.Environments;

public sealed class SopsSourceTests : IDisposable
{
    private readonly SecretFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_encrypted_file_stands_above_the_secrets_layer_and_all_of_it_is_masked()
    {
        _folder.Write("etc/sys.env", "DSN=at-$DB_HOST\nDB_PASSWORD=from-sys\n");
        _folder.Write("etc/secrets.env", "DB_PASSWORD=from-secrets\n");
        File.SetUnixFileMode(_folder["etc/secrets.env"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _folder.Encrypted("etc/app.sops.env", "DB_PASSWORD=p@ss$HOME#'\"\nPUBLIC_unencrypted=plain-to-see\n");

        var environment =
            Load(Source("etc/app.sops.env"), new(LayerKind.Secrets, "etc/secrets.env", null, null, false, []),
            new(LayerKind.Sys, "etc/sys.env", null, null, false, []));

        Assert.Equal(
            "p@ss$HOME#'\" from etc/app.sops.env:1", $"{environment.Shared["DB_PASSWORD"].Value} {environment.Shared["DB_PASSWORD"]}");
        Assert.True(environment.Shared["DB_PASSWORD"].IsSecret);
        Assert.True(environment.Shared["PUBLIC_unencrypted"].IsSecret);
        Assert.Contains(environment.Files, file => file is { Path: "etc/app.sops.env", Exists: true });
        var redaction = new Redaction();
        environment.RegisterSecrets(redaction);
        Assert.Equal("x *** y", redaction.Apply("x p@ss$HOME#'\" y"));
    }

    [Theory]
    [InlineData("a.yaml", "S: text\nI: 12\nF: 0.5\nB: true\nE: \"\"\n")]
    [InlineData("a.json", "{\"S\": \"text\", \"I\": 12, \"F\": 0.5, \"B\": true, \"E\": \"\"}")]
    public void A_flat_map_of_scalars_is_variables_whatever_its_format(string name, string plain)
    {
        _folder.Encrypted(name, plain);

        var shared = Load(Source(name)).Shared;

        Assert.Equal("text 12 0.5 true ", string.Join(' ', ((string[])["S", "I", "F", "B", "E"]).Select(key => shared[key].Value)));
    }

    [Fact]
    public void What_is_no_variable_is_refused_with_its_key_and_line_all_at_once()
    {
        _folder.Encrypted("a.yaml", "ok: 1\nnested:\n    deep: sentinel\nlist: [1]\nnone: null\nLD_PRELOAD: x\n");
        _folder.Encrypted("b.env", "D=sentinel\nD=2\n  INDENTED=sentinel\n");

        var error = Assert.Throws<InvalidStackException>(() => Load(Source("a.yaml"), Source("b.env")));

        Assert.Equal(
            [
                "a.yaml:2: nested is a map: a variable is a single value. Write nested values as variables of their own.",
                "a.yaml:4: list is a list: a variable is a single value.",
                "a.yaml:6: none is null: write \"\" for an empty value.",
                "b.env:2: D appears twice: which of the values is meant?",
            ],
            error.Problems.Select(problem => problem.ToString()));

        _folder.Encrypted("c.env", "LD_PRELOAD=sentinel\n  INDENTED=sentinel\n");
        error = Assert.Throws<InvalidStackException>(() => Load(Source("c.env")));
        Assert.Contains("c.env:1:1: LD_PRELOAD can't be set here", error.Message, StringComparison.Ordinal);
        Assert.Contains("c.env:2:1: '  INDENTED' can't be a variable's name", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sentinel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optional_covers_a_missing_file_and_not_one_that_does_not_open()
    {
        Assert.Empty(Load(Source("a.env") with { Optional = true }).Shared);
        Assert.Contains("a.env: is missing. The descriptor names it as a sops source",
            Assert.Throws<InvalidStackException>(() => Load(Source("a.env"))).Message, StringComparison.Ordinal);

        _folder.Encrypted("a.env", "A=1\n");
        var error = Assert.Throws<InvalidStackException>(
            () => StackEnvironment.Load(new(_folder.Paths, [Source("a.env") with { Optional = true }])));
        Assert.Contains("no identity to decrypt it was found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_changed_by_hand_gives_no_variable_at_all()
    {
        _folder.Encrypted("a.env", "A=1\nB=2\n");
        File.WriteAllLines(_folder["a.env"], _folder.Text("a.env").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1));

        Assert.Contains("a.env:", Assert.Throws<InvalidStackException>(() => Load(Source("a.env"))).Message, StringComparison.Ordinal);
    }

    private static EnvironmentSource Source(string file) => new(LayerKind.Sops, file, null, null, Optional: false, []);

    private StackEnvironment Load(params EnvironmentSource[] sources) =>
        StackEnvironment.Load(new(_folder.Paths, sources) { ProcessEnvironment = _folder.Environment });
}
