using System.Text;
using Harbor.Linting;

namespace Harbor.Tests.Linting;

public sealed class PlaintextSecretsTests
{
    [Theory]
    [InlineData("app.env", "DB_PASSWORD={0}")]
    [InlineData(".env.local", "export API_TOKEN='{0}' # comment")]
    [InlineData("prod.env.bak", "SIGNING_KEY=\"{0}\"")]
    [InlineData("compose.yml", "services: {{ db: {{ environment: {{ POSTGRES_PASSWORD: {0} }} }} }}")]
    [InlineData("compose.yml", "environment:\n  - API_KEY={0}")]
    [InlineData("values.yaml", "dbPassword: \"{0}\"")]
    [InlineData("appsettings.json", "{{\"a\":1,\"ClientSecret\": \"{0}\",\"b\":2}}")]
    [InlineData("Dockerfile", "ENV A=1 AUTH_TOKEN={0}")]
    [InlineData("web.Dockerfile", "ARG NPM_TOKEN={0}")]
    [InlineData(".bash_history", "docker run -e REDIS_PASSWORD={0} redis")]
    [InlineData("ci.yml", "run: curl -H token={0} x")]
    [InlineData("run.ipynb", "\"source\": [\"api_key='{0}'\"]")]
    [InlineData("app.env", "DSN=postgres://harbor:{0}@db/harbor")]
    [InlineData("app.env", "DATABASE_URL=postgres://harbor:{0}@db:5432/harbor?x=1")]
    [InlineData(".npmrc", "//registry/:_authToken={0}")]
    [InlineData("app.env", "DB_PASS={0}")]
    [InlineData("app.env", "MYSQL_PWD={0}")]
    [InlineData("app.env", "REDIS_AUTH={0}\nGITHUB_PAT=")]
    [InlineData("Dockerfile", "FROM x\n  ENV DB_PASSWORD {0}\nENV A b c")]
    [InlineData("values.yaml", "a:\n  password: |\n    {0}\n")]
    [InlineData("values.yaml", "password: &db {0}\nother: *db")]
    [InlineData("values.yaml", "password: !!str {0}")]
    [InlineData("values.yaml", "password: &a !!str \"{0}\"")]
    [InlineData("deployment.yaml", "env:\n  - name: API_TOKEN\n    value: {0}\n")]
    [InlineData("deployment.yaml", "env:\n  - name: \"API_TOKEN\"\n    value: |\n      {0}\n")]
    [InlineData("task.json", "[{{\"name\":\"DB_PASSWORD\",\"value\":\"{0}\"}},{{\"name\":\"LEVEL\",\"value\":\"1\"}}]")]
    [InlineData("task.json", "{{\n  \"Name\": \"DB_PASSWORD\",\n  \"Value\": \"{0}\"\n}}")]
    [InlineData("main.tf", "set {{\n  name  = \"DB_PASSWORD\"\n  value = \"{0}\"\n}}")]
    [InlineData("main.tf", "  password = \"{0}\"")]
    [InlineData("deploy.bash", "API_TOKEN={0}")]
    [InlineData(".profile", "export API_TOKEN={0}")]
    [InlineData(".zshenv", "export API_TOKEN={0}")]
    [InlineData("Containerfile", "ENV API_TOKEN {0}")]
    [InlineData("web.dockerfile", "ENV API_TOKEN={0}")]
    [InlineData(".aws/credentials", "[default]\naws_secret_access_key = {0}")]
    public void A_secret_in_plain_text_is_an_error(string path, string text)
    {
        var finding = Assert.Single(Find(path, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, Planted.Strong)));

        Assert.True(finding.IsError);
        Assert.Equal(PlaintextSecrets.PlaintextSecret, finding.Rule);
        Assert.Equal(Finding.FingerprintOf(Planted.Strong), finding.Fingerprint);
        Assert.DoesNotContain(Planted.Strong[..8], finding.ToString());
    }

    [Theory]
    [InlineData("app.env", "DB_PASSWORD=hunter2")]
    [InlineData("app.env", "DB_PASSWORD=correct horse battery")]
    [InlineData("app.env", "DB_PASSWORD=harborharbor")]
    [InlineData("compose.yml", "POSTGRES_PASSWORD: hunter2")]
    [InlineData("app.env", "URL=amqp://guest:gue5ts@mq/")]
    public void A_weak_value_is_a_warning(string path, string text) =>
        Assert.False(Assert.Single(Find(path, text)).IsError);

    [Theory]
    [InlineData("app.env", "# PASSWORD={0} would be read from a file\nPASSWORD_FILE=/run/secrets/x9Xy8Zw7Vu6Ts5Rq\nPASSWORD=\n" +
        "TOKEN=changeme\nMAX_TOKENS=4096\nSECRET=${{OTHER}}\nKEY=x\nPASSWORD=********")]
    [InlineData("compose.yml", "secrets:\n  db_password:\n    environment: DB_PASSWORD\nservices: {{ x: {{ secrets: [db_password], " +
        "environment: {{ PASSWORD: \"$DB_PASSWORD\", TOKEN: \"${{TOKEN:-none}}\" }} }} }}")]
    [InlineData("config.yaml", "master_key: os.environ/LITELLM_MASTER_KEY\npassword: {{{{DB_PASSWORD}}}}\nsecretName: " +
        "db-credentials-4f6a8b2c9d\ntoken_url: https://login.example/oauth2\nkey: abc123def456ghi789\npublicKey: " +
        "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7")]
    [InlineData("schema.json",
        "{{\"password\": {{\"type\": \"string\"}}, \"token\": \"bearer\", \"apiKey\": null, \"cacheKey\": \"user-list-v2\"}}")]
    [InlineData("run.sh", "PASSWORD=$(cat /run/secrets/db)\nTOKEN=\"$1\"\n[ -n \"${{TOKEN:-abcdefgh12345678}}\" ]")]
    [InlineData("ci.yml", "env:\n  CACHE_KEY: v2-linux-node-18-build\n  primary_key: user_id_2_tenant_id_7\n  password: |\n  other: {0}\n" +
        "  password: &a\n  more: {0}")]
    [InlineData("package.json", "{{\"registry-auth-token\": \"^5.0.1\", \"password-prompt\": \">=1.10.22\", \"auth\": \"{0}\"}}")]
    [InlineData("Dockerfile", "ENV PASSWORD_FILE /run/secrets/x9Xy8Zw7Vu6Ts5Rq\nRUN PASSWORD {0}")]
    [InlineData("deployment.yaml", "env:\n  - name: API_TOKEN\n    valueFrom: {{ secretKeyRef: {{ name: api, key: {0} }} }}\n  - name: " +
        "LEVEL\n    value: {0}\n  - name: DB_PASSWORD\n    value: $(PASSWORD)\n")]
    [InlineData("task.json", "[{{\"name\":\"DB_PASSWORD\"}},{{\"name\":\"LEVEL\",\"value\":\"{0}\"}}]")]
    [InlineData("Code.cs", "var password = \"{0}\"; // source code is not looked at")]
    [InlineData("README.md", "PASSWORD={0}")]
    [InlineData("app.env",
        "A=postgres://user:password@db/x\nB=https://host/x@y:1\nC=http://[::1]:80/\nIMAGE=nginx@sha256:0123456789abcdef0123456789abcdef")]
    public void What_is_no_secret_is_not_found(string path, string text)
    {
        var written = string.Format(System.Globalization.CultureInfo.InvariantCulture, text, Planted.Strong)
            .Replace($"# PASSWORD={Planted.Strong}", "# PASSWORD", StringComparison.Ordinal);

        Assert.Empty(Find(path, written));
    }

    [Fact]
    public void A_secret_that_is_commented_out_is_a_secret() => Assert.Single(Find("app.env", $"#PASSWORD={Planted.Strong}"));

    [Fact]
    public void Hostile_text_takes_no_time()
    {
        var started = TimeProvider.System.GetTimestamp();

        Find("a.env", new string('=', 1 << 20) + string.Concat(Enumerable.Repeat("PASSWORD=\"", 100_000)) + new string('a', 1 << 20));

        Find("a.yml", string.Concat(Enumerable.Repeat("password: |", 100_000))
            + string.Concat(Enumerable.Repeat("\n password: |", 100_000)));
        Find("a.yml", string.Concat(Enumerable.Repeat("password: & ", 100_000)) + "password: " + new string('&', 1 << 20));

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    private static List<Finding> Find(string path, string text) =>
        [.. ContentRules.Find(LintText.Decode(path, Encoding.UTF8.GetBytes(text)), isSops: false)];
}
