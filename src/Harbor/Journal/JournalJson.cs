using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harbor.Journal;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunEntry))]
[JsonSerializable(typeof(IReadOnlyList<RunEntry>))]
internal sealed partial class JournalJson : JsonSerializerContext;
