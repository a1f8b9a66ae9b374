using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Yaml;

/// <summary>Writes documents one after the other, in block style, aliases written out.</summary>
internal static class YamlOutput
{
    public static string Write(IEnumerable<YamlNode> documents)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings().WithBestWidth(int.MaxValue).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        foreach (var document in documents)
        {
            emitter.Emit(new DocumentStart(null, null, isImplicit: false));
            Write(emitter, document);
            emitter.Emit(new DocumentEnd(isImplicit: true));
        }

        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Write(Emitter emitter, YamlNode node)
    {
        var isImplicit = node.Tag.Length == 0;
        var tag = isImplicit ? TagName.Empty : new TagName(node.Tag);
        switch (node)
        {
            case YamlMap map:
                emitter.Emit(new MappingStart(AnchorName.Empty, tag, isImplicit, MappingStyle.Block));
                foreach (var (key, value) in map.Entries)
                {
                    Write(emitter, key);
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case YamlList list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, tag, isImplicit, SequenceStyle.Block));
                foreach (var item in list.Items)
                {
                    Write(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case YamlScalar scalar:
                // An empty plain scalar is null, and would become a string where the emitter has to quote it; one with a line break is a
                // string.
                var isPlain = scalar.IsPlain && !scalar.Value.Contains('\n');
                var text = isPlain && scalar.Value.Length == 0 ? "null" : scalar.Value;
                emitter.Emit(new Scalar(
                    AnchorName.Empty, tag, text, isPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isImplicit, isImplicit));
                break;
        }
    }
}
