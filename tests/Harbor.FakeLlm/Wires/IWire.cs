using System.Text.Json.Nodes;

namespace Harbor.FakeLlm.Wires;

/// <summary>One of the three ways to ask a model.</summary>
internal interface IWire
{
    FakeRequest Read(JsonObject body, string raw);

    /// <param name="usage">Null: the answer does not tell.</param>
    JsonObject Whole(FakeRequest request, FakeTurn turn, FakeUsage? usage);

    /// <summary>The same, as the lines of server-sent events.</summary>
    IEnumerable<string> Events(FakeRequest request, FakeTurn turn, FakeUsage? usage);
}
