namespace Harbor.EndToEnd;

public sealed class SentinelScanTests : IDisposable
{
    private static readonly Dictionary<string, string> Secrets = new() { ["A"] = Sentinels.Make("a"), ["KEY"] = Sentinels.MakeKey() };
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-scan-").FullName;

    public static TheoryData<string, string> Planted =>
        [.. Secrets.SelectMany(secret => SentinelScan.Forms(secret.Value)
            .Select(form => new TheoryDataRow<string, string>($"{secret.Key} {form.Form}", form.Text)))];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_secret_is_found_in_each_form(string what, string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "deep", "er"));
        File.WriteAllBytes(
            Path.Combine(_folder, "deep", "er", "file"), [0xff, 0, .. "x"u8, .. System.Text.Encoding.UTF8.GetBytes(text), .. "y"u8]);

        Assert.Contains(
            new SentinelScan(Secrets).FindInFolder(_folder), found => found.EndsWith($"file: {what}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("user:")]
    public void One_inside_base64_is_found_at_every_offset(string before)
    {
        var text = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{before}{Secrets["A"]}@host"));

        Assert.Contains(
            new SentinelScan(Secrets).Find("here", text), found => found.StartsWith("here: A base64 at", StringComparison.Ordinal));
    }

    [Fact]
    public void A_clean_text_and_an_allowed_file_give_nothing()
    {
        var file = Path.Combine(_folder, "allowed");
        File.WriteAllText(file, Secrets["A"]);

        Assert.Empty(new SentinelScan(Secrets).FindInFolder(_folder, file));
        Assert.Empty(new SentinelScan(Secrets).Find("here", "*** and " + Sentinels.Make("a")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
