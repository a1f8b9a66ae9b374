using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harbor.Journal;

/// <summary>For reading; see <see cref="JournalFile"/> for writing.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
