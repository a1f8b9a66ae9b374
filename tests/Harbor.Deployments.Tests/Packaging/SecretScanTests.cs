using System.Text;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Packaging;

/// <summary>No value here is a key of anybody: they are made of the alphabet, and split so that this file has none.</summary>
public sealed class SecretScanTests : IDisposable
{
    private const string Letters = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6a7B8c9D0e1F2g3H4i5J6k7L8";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Keys => new()
    {
        { "sk-" + "proj-" + Letters[..48], "openai-key" },
        { "sk-" + Letters[..48], "openai-key" },
        { "sk-" + "ant-api03-" + Letters[..40], "anthropic-key" },
        { "sk-" + "or-v1-" + "0123456789abcdef0123456789abcdef0123456789abcdef", "openrouter-key" },
        { "AI" + "za" + Letters[..35], "google-key" },
        { "gs" + "k_" + Letters[..52], "groq-key" },
        { "hf" + "_" + Letters[..34], "hugging-face-token" },
        { "gh" + "p_" + Letters[..36], "github-token" },
        { "github" + "_pat_" + Letters[..70], "github-token" },
        { "glpat" + "-" + Letters[..20], "gitlab-token" },
        { "AK" + "IA" + "QWERTZUIOPASDFG2", "aws-key" },
        { "xo" + "xb-" + "123456789012-" + Letters[..24], "slack-token" },
        { "np" + "m_" + Letters[..36], "npm-token" },
        { "hk" + "_" + "abcd1234_" + Letters[..43], "harbor-key" },
        { "-----BEGIN " + "RSA PRIVATE KEY-----\n" + Letters + "\n-----END RSA PRIVATE KEY-----", "private-key" },
        { "-----BEGIN " + "ENCRYPTED PRIVATE KEY-----\n" + Letters + "\n", "private-key" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_is_an_error_with_its_line_and_never_its_value(string key, string rule)
    {
        var spec = _folder.Context();
        _folder.Write("src/settings.py", $"# settings\n\nKEY = '{key}'\n");

        var error = Assert.Single(spec.Errors());

        Assert.StartsWith($"src/settings.py:3 {rule}: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain(key[^12..], error, StringComparison.Ordinal);
        Assert.Contains("src/settings.py", new HarborPackager(spec, "src/settings.py").GetFileList().Select(file => file.Path));
    }

    [Theory]
    [InlineData("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("sk-your-key-here")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("ghp_000000000000000000000000000000000000")]
    [InlineData("task-abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\n...")]
    [InlineData("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ")]
    public void A_placeholder_is_no_key(string text)
    {
        var spec = _folder.Context();
        _folder.Write("README.md", text);

        Assert.Contains("README.md", spec.Paths());
    }

    [Theory]
    [InlineData(".netrc", "machine x\nlogin me\npassword abc", "3 netrc")]
    [InlineData("home/.pypirc", "[pypi]\nusername = me\npassword = abc", "3 pypirc")]
    [InlineData(".npmrc", "registry=x\n//registry.example/:_authToken=abc", "2 npmrc-token")]
    [InlineData("a/.aws/credentials", "[default]\naws_access_key_id = x\naws_secret_access_key = abc", "3 aws-credentials")]
    [InlineData(".docker/config.json", "{\"auths\":\n{\"x\": {\"auth\": \"abc\"}}}", "2 docker-auths")]
    [InlineData(".git-credentials", "https://me:secret@example.com", "1 git-credentials")]
    [InlineData("keys/id_ed25519", "whatever", "1 private-key-file")]
    [InlineData("cert.p12", "whatever", "1 private-key-file")]
    public void A_file_of_logins_is_an_error(string path, string content, string place)
    {
        var spec = _folder.Context();
        _folder.Write(path, content);

        Assert.StartsWith($"{path}:{place}: ", Assert.Single(spec.Errors()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".npmrc", "//registry.example/:_authToken=${NPM_TOKEN}\nfund=false")]
    [InlineData(".npmrc", "# _authToken=abc")]
    [InlineData(".docker/config.json", "{\"auths\": {\"x\": {}}, \"credsStore\": \"pass\"}")]
    [InlineData("config.json", "{\"auth\": \"basic\"}")]
    [InlineData("id_rsa.pub", "ssh-rsa AAAA")]
    [InlineData("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void A_file_of_that_name_without_a_login_is_packed(string path, string content)
    {
        var spec = _folder.Context();
        _folder.Write(path, content);

        Assert.Contains(path, spec.Paths());
    }

    [Fact]
    public void A_key_in_base64_is_found()
    {
        var key = "-----BEGIN " + "PRIVATE KEY-----\n" + Letters + "\n-----END PRIVATE KEY-----\n";
        var spec = _folder.Context();
        _folder.Write("values.yaml", "a: b\nkey: " + Convert.ToBase64String(Encoding.UTF8.GetBytes(key)));

        Assert.StartsWith("values.yaml:2 private-key: ", Assert.Single(spec.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_excluded_is_not_scanned()
    {
        var spec = _folder.Context() with { ExcludeGlobs = ["notes"] };
        _folder.Write("notes", "hf" + "_" + Letters[..34]);

        Assert.Equal(["Dockerfile"], spec.Paths());
    }
}
