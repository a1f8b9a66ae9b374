using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harbor.Runs;

/// <summary>The record of the run at work, and the entries of the history.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunEntry))]
[JsonSerializable(typeof(IEnumerable<RunEntry>))]
internal sealed partial class JournalJson : JsonSerializerContext;
