namespace Harbor.Tests.Linting;

public sealed partial class RepositorySearchTests
{
    [Fact]
    public async Task The_nearest_sops_configuration_is_compared_with()
    {
        await InitAsync();
        _folder.Write(".sops.yaml", "creation_rules: [{ age: 'age1a, age1b' }]");
        _folder.Write("app.sops.env", Encrypted);
        _folder.Write("prod/.sops.yaml", "creation_rules: [{ age: 'age1c' }]");
        _folder.Write("prod/app.sops.env", Encrypted);
        _folder.Write("broken/.sops.yaml", "creation_rules: [");
        await GitAsync("add", ".");

        Assert.Equal(["broken/.sops.yaml error sops-configuration", "prod/app.sops.env error sops-recipients"], await FindAsync());
    }

    [Fact]
    public async Task A_file_that_a_creation_rule_names_is_to_be_encrypted_whatever_it_is_called()
    {
        await InitAsync();
        _folder.Write(".sops.yaml", "creation_rules: [{ path_regex: '^secrets/', age: 'age1a, age1b' }, { age: age1c }]");
        _folder.Write("secrets/app.yaml", "password: x");
        _folder.Write("README.md", "x");
        _folder.Write("-first", "x");
        await GitAsync("add", "--", ".");

        Assert.Equal(["secrets/app.yaml error sops-unencrypted"], await FindAsync());
    }

    [Theory]
    [InlineData(
        "A=plain\nsops_lastmodified=x\nsops_mac=ENC[x]\nsops_age__list_0__map_recipient=age1a\nsops_age__list_1__map_recipient=age1b\n",
        "prod.env", "error sops-unencrypted 1")]
    [InlineData("A=ENC[x]\nsops_lastmodified=x\nsops_age__list_0__map_recipient=age1a\nsops_age__list_1__map_recipient=age1b\n",
        "prod.env", "error sops-mac-missing 2")]
    [InlineData("A=ENC[x]\nsops_mac=ENC[x]\nsops_age__list_0__map_recipient=age1a\nsops_age__list_1__map_recipient=age1z\n",
        "prod.env", "error sops-recipients 2")]
    [InlineData(
        "a: plain\nsops:\n  age: [{ recipient: age1a }, { recipient: age1b }]\n  mac: ENC[x]\n", "prod.yaml", "error sops-unencrypted 1")]
    [InlineData("{\"a\": \"plain\", \"sops\": {\"age\": [{\"recipient\": \"age1a\"}, {\"recipient\": \"age1b\"}], \"mac\": \"ENC[x]\"}}",
        "prod.key", "error sops-unencrypted 1")]
    [InlineData("sops: { version: 3.9 }\na: plain\n", "versions.yaml", null)]
    [InlineData("a: plain # sops:\nsops: on\n", "words.yml", null)]
    public async Task A_file_with_the_metadata_of_sops_is_checked_whatever_it_is_called(string text, string file, string? expected)
    {
        await InitAsync();
        _folder.Write(".sops.yaml", "creation_rules: [{ age: 'age1a, age1b' }]");
        _folder.Write($"etc/{file}", text);
        await GitAsync("add", ".");

        Assert.Equal(expected is null ? [] : [expected], Planted.Describe((await SearchAsync()).Findings));
    }

    [Fact]
    public async Task An_encrypted_source_of_the_descriptor_is_checked_without_metadata_too()
    {
        await InitAsync();
        _folder.Write("etc/prod.env", "A=x\n");
        await GitAsync("add", ".");

        Assert.Empty(await FindAsync());
        Assert.Equal(["etc/prod.env error sops-unencrypted"], await FindAsync(request => request with { SopsFiles = ["etc/prod.env"] }));
    }
}
