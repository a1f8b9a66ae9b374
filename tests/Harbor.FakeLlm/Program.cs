using Harbor.FakeLlm;

// harbor-fake-llm [URL] [FOLDER]: the tasks and solutions of FOLDER (stacks/enginebench) at URL, until Ctrl-C.
var url = args.ElementAtOrDefault(0) ?? "http://127.0.0.1:8099";
var script = FakeScript.Read(args.ElementAtOrDefault(1) ?? "stacks/enginebench");
await using var endpoint = await FakeEndpoint.StartAsync(script, url, CancellationToken.None);
await Console.Out.WriteLineAsync($"Fake endpoint listening on {endpoint.Url}");
await endpoint.StoppedAsync(CancellationToken.None);
