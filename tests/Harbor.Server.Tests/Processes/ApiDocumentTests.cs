namespace Harbor.Server.Tests.Processes;

public sealed class ApiDocumentTests
{
    /// <summary>In the tests' own process more types can be described than in the program.</summary>
    [Fact]
    public async Task The_program_itself_gives_the_document_of_the_api_and_has_no_page_in_it()
    {
        var folder = Directory.CreateTempSubdirectory("harbor-document-").FullName;
        try
        {
            await using var server = new ServerProcess(folder, null, "--no-worker");
            using var client = await server.StartAsync(TestContext.Current.CancellationToken);

            var paths = (await client.GetJsonAsync("/openapi.json"))["paths"]!.AsObject().Select(path => path.Key).ToList();

            Assert.Contains("/api/harbor/contexts/{digest}", paths);
            Assert.DoesNotContain("/deployments", paths);
            Assert.DoesNotContain("/sign-in", paths);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
